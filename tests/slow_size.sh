#!/bin/bash
# The size of results of all eight shapes, a hundred thousand points among them: mpi_size.py.
EXTENT=all exec "$PYTHON" "$SOURCE/tests/mpi_size.py"
