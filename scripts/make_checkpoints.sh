#!/usr/bin/env bash
# Regenerates the committed checkpoints, each with the one command that its manifest carries, then adds the rivals.
# Training seed 0 and split seed 1314 were fixed in advance; none of these is the best of several.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-.venv/bin/python}
rivals=prejudice-remover,adversarial,film,group-thresholds
while read -r name options; do
  # shellcheck disable=SC2086
  "$python" -m yodo_core train --dataset adult $options --with-baselines --overwrite
  "$python" -m yodo_core baselines "checkpoints/$name" --methods "$rivals" --seeds 1
done <<'END'
adult-sex-dp --attribute sex --notion dp
adult-race-dp --attribute race --notion dp
adult-sex-eo --attribute sex --notion eo
adult-sex-eodds --attribute sex --notion eodds
adult-sex-dp-with --attribute sex --notion dp --with-attribute
END
"$python" -m yodo_core train --dataset digits --attribute ink --hidden 64 --batch-size 128 --epochs 10 --other-seeds 0 \
  --overwrite
"$python" -m yodo_core baselines checkpoints/digits-ink-dp --methods erm --seeds 1
