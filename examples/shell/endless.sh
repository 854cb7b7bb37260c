#!/usr/bin/env bash
# Works until it is ended: to see what becomes of a cancelled task.
exec sleep 600
