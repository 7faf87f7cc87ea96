"""Makes an archive of any size from the sample reports, one JSON document a line: the same reports
again with other days and identifiers, a sentence more each, so that no two are the same."""
import json
import pathlib
import sys

wanted, folder = int(sys.argv[1]), pathlib.Path(__file__).resolve().parents[3] / "src/intake/sample"
reports = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
for number in range(wanted):
    report = reports[number % len(reports)]
    day = f"20{10 + number // 336 % 16}-{1 + number // 28 % 12:02}-{1 + number % 28:02}"
    article = {**report, "id": f"article-{number}", "published": day, "text": f"{report['text']}\n\n{number}"}
    sys.stdout.write(json.dumps(article, ensure_ascii=False) + "\n")
