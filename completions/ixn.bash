# Completion for bash: 'ixn --complete' knows options, values and live ids.
_ixn() {
	local line word=${COMP_WORDS[COMP_CWORD]} words=("${COMP_WORDS[@]:1:COMP_CWORD}") prefix=
	# bash cuts words at ':' and '='; ixn wants them whole.
	if type _get_comp_words_by_ref >/dev/null 2>&1; then
		local cur whole cword
		_get_comp_words_by_ref -n := -w whole -i cword -c cur
		words=("${whole[@]:1:cword}") word=$cur
	fi
	case $word in *[:=]*) prefix=${word%"${word##*[:=]}"} ;; esac
	COMPREPLY=()
	while IFS=$'\t' read -r line _; do
		# After '=' the candidate stands alone, after ':' it comes whole.
		case $prefix in *:) line=${line#"$prefix"} ;; esac
		COMPREPLY+=("$line")
	done < <(ixn --complete "${COMP_WORDS[0]##*/}" "${words[@]}" 2>/dev/null)
	case ${COMPREPLY[0]-} in
	'') compopt -o default ;;
	*[:=]) compopt -o nospace ;;
	esac
}
complete -F _ixn @COMMANDS@
