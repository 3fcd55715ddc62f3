# doks-env's completion for bash 3.2 (which macOS has) and later. In ~/.bashrc: eval "$(doks-env completion bash)"

_doks_env() {
  local rest=${COMP_LINE:0:COMP_POINT} words=() word
  # bash cuts the line at "=" and ":", too: what stands without a space between is one word.
  for word in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
    if [[ ${#words[@]} -eq 0 || $rest == [[:space:]]* ]]; then
      rest=${rest#"${rest%%[![:space:]]*}"}
      words+=("")
    fi
    word=${rest:0:${#word}}
    words[${#words[@]}-1]+=$word
    rest=${rest:${#word}}
  done

  # What stands in front of "=" stays: bash replaces only what comes after.
  local current=${words[${#words[@]}-1]} before= candidate
  if [[ $current == *=* && $COMP_WORDBREAKS == *=* ]]; then
    before=${current%%=*}=
  fi
  COMPREPLY=()
  while IFS=$'\t' read -r candidate _; do
    if [[ $candidate == :folders ]]; then
      compopt -o filenames 2>/dev/null
      while IFS= read -r candidate; do
        COMPREPLY+=("$candidate")
      done < <(compgen -d -- "${current#"$before"}")
    else
      COMPREPLY+=("${candidate#"$before"}")
    fi
  done < <("${words[0]/#\~\//$HOME/}" __complete "${words[@]:1}" 2>/dev/null)
}

complete -F _doks_env doks-env
