"""Runs a role of reporting: `python -m services.reporting api|worker|migrate`."""

import sys

from chassis import roles
from services.reporting.app import SERVICE

if __name__ == "__main__":
    roles.main(SERVICE, sys.argv[1:])
