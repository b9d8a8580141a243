"""The benchmarks are programs, not packages: they find their parts beside themselves."""

import sys
from pathlib import Path

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
sys.path.extend((str(BENCHMARKS), str(BENCHMARKS / "peers")))
