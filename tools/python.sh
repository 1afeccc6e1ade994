#!/bin/sh
# The path of Python VERSION where it is installed and starts, else nothing: on the path, or among pyenv's.
for python in "python$1" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$1".*/bin/python; do
  if "$python" -c 'import venv, ensurepip' 2>/dev/null; then
    "$python" -c 'import sys; print(sys.executable)'
    exit
  fi
done
