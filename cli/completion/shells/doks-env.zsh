#compdef doks-env
# doks-env's completion for zsh. In ~/.zshrc, after compinit: eval "$(doks-env completion zsh)"

_doks-env() {
  local -a candidates
  local line value
  for line in "${(@f)$("${~words[1]}" __complete "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}"; do
    value=${line%%$'\t'*}
    if [[ $value == :folders ]]; then
      compset -P '-*='
      _files -/
      return
    elif [[ $line == *$'\t'* ]]; then
      candidates+=("${value//:/\\:}:${line#*$'\t'}")
    elif [[ -n $value ]]; then
      candidates+=("${value//:/\\:}")
    fi
  done
  _describe 'doks-env' candidates
}

# As a file in a folder of $fpath it is run to complete; by eval, to be known.
if [[ $funcstack[1] == _doks-env ]]; then
  _doks-env "$@"
else
  compdef _doks-env doks-env
fi
