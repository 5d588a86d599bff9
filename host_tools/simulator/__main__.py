"""`python -m host_tools.simulator`: see service.py."""

from host_tools.simulator.service import main

raise SystemExit(main())
