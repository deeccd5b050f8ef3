"""`python -m services.okr api|worker|relay|migrate`."""

import sys

from chassis import roles
from services.okr.app import SERVICE

if __name__ == "__main__":
    roles.main(SERVICE, sys.argv[1:])
