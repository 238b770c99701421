#!/bin/bash
# Tests of which `make test` takes one of several kinds (errors of the system, lengths, names, bits), with all of them: `all_of_it` in testlib.sh.
# alone: it runs tests side by side itself
cd "$SOURCE" || exit 70
EXTENT=all exec tests/run_tests.sh tests/mpi_lock.sh tests/mpi_publish.sh tests/mpi_no_locks.sh tests/mpi_write.sh tests/mpi_terminal.py tests/mpi_long_names.sh \
    tests/mpi_store.sh tests/mpi_diseases.sh tests/fault_calls.py tests/test_words.sh tests/test_runner.sh tests/test_damaged_result.py tests/test_many_protocols.sh
