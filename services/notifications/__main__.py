"""Runs a role of notifications: `python -m services.notifications api|worker|migrate`."""

import sys

from chassis import roles
from services.notifications.app import SERVICE

if __name__ == "__main__":
    roles.main(SERVICE, sys.argv[1:])
