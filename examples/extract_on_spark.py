"""Extracts the incidents of a news archive on a Spark cluster: `oqiga extract --ndjson` as a filter
that every worker runs by itself, with nothing shared and nothing to install but one binary.

    spark-submit examples/extract_on_spark.py ARCHIVE OUTPUT [OQIGA]

ARCHIVE is anything that Spark reads as text with one JSON document a line (a folder, a pattern,
compressed files); OUTPUT a new folder that gets one answer a line, in the order of the archive.
The binary is sent to the workers with the job unless OQIGA names one that they have."""
import os
import shlex
import stat
import sys

from pyspark import SparkFiles
from pyspark.sql import SparkSession

archive, output, *given = sys.argv[1:]
spark = SparkSession.builder.appName("oqiga extract").getOrCreate()
context = spark.sparkContext
binary = given[0] if given else "target/release/oqiga"
if os.path.exists(binary):
    context.addFile(os.path.abspath(binary))


def extract(lines):
    """Runs the filter over one partition: lines in, lines out, in their order."""
    import subprocess
    import threading

    program = SparkFiles.get(os.path.basename(binary))
    if os.path.exists(program):
        os.chmod(program, os.stat(program).st_mode | stat.S_IXUSR)
    else:
        program = binary
    # One thread a task: Spark already runs a task a core.
    filter_ = subprocess.Popen(
        [program, "extract", "--ndjson"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "RAYON_NUM_THREADS": "1"}
    )

    def feed():
        with filter_.stdin as stdin:
            for line in lines:
                stdin.write(line.encode() + b"\n")

    feeder = threading.Thread(target=feed, daemon=True)
    feeder.start()
    for line in filter_.stdout:
        yield line.decode().rstrip("\n")
    feeder.join()
    # 1 says that nothing was found, which is no error in one part of an archive.
    if filter_.wait() not in (0, 1):
        raise RuntimeError(f"{shlex.join(filter_.args)} ended with {filter_.returncode}")


context.textFile(archive).mapPartitions(extract).saveAsTextFile(output)
spark.stop()
