"""The benchmarks are programs, not packages: they find their parts beside themselves."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "benchmarks" / "peers"))
