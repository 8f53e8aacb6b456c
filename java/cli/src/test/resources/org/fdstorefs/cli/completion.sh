# SPDX-License-Identifier: Apache-2.0
# Completion for fdstore: commands, options, directories, entries of the store. Made by the build.

# What a command has: its options; those that take a value, each with the name of that value; the
# names of its other arguments.
_fdstore_describe() {
    case $1 in
@COMMANDS@
    *) options='' values='' arguments='' ;;
    esac
}

# Not by compgen -f, which means something else in zsh.
_fdstore_paths() { # PREFIX TEST CUT: what begins with it and passes, without the cut
    local path
    for path in "$1"*; do
        [ "$2" "$path" ] && COMPREPLY+=("${path#"$3"}")
    done
}

# Names in the store, or in a store elsewhere if the word is an absolute path. Of a directory one may want what is
# below, so nothing comes behind its slash.
_fdstore_names() { # TEST: besides directories
    local path cut=$store/
    [[ $word != /* ]] || cut=''
    for path in "$cut$word"*; do
        if [ -d "$path" ]; then
            COMPREPLY+=("${path#"$cut"}/")
        elif [ "$1" "$path" ]; then
            COMPREPLY+=("${path#"$cut"}")
        fi
    done
    if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[*]} == */ ]]; then
        type compopt >/dev/null 2>&1 && compopt -o nospace
    fi
}

_fdstore_processes() {
    local process
    for process in /proc/"$word"*; do
        [[ ! ${process#/proc/} =~ ^[0-9]+$ ]] || COMPREPLY+=("${process#/proc/}")
    done
}

_fdstore_lines() { # what is read
    local line
    while IFS= read -r line; do
        COMPREPLY+=("$line")
    done
}

_fdstore_value() { # its name
    case $1 in
    =*) _fdstore_lines < <(compgen -W "$(tr , ' ' <<<"${1#=}")" -- "$word") ;;
    SUBDIR | SET) _fdstore_names -d ;;
    DIR) _fdstore_paths "$word" -d '' ;;
    FILE) _fdstore_paths "$word" -e '' ;;
    NAME) _fdstore_names -f ;;
    STORE)
        _fdstore_paths "/sys/fs/fdstorefs/$word" -e /sys/fs/fdstorefs/
        _fdstore_paths "$word" -d ''
        ;;
    COMMAND) _fdstore_lines < <(compgen -W '@NAMES@' -- "$word") ;;
    USER) _fdstore_lines < <(compgen -u -- "$word") ;;
    GROUP) _fdstore_lines < <(compgen -g -- "$word") ;;
    PID) _fdstore_processes ;;
    esac
}

_fdstore() {
    local options values arguments command='' store=${FDSTORE_PATH:-/run/fdstore} value='' word i each
    COMPREPLY=()
    type compopt >/dev/null 2>&1 && compopt -o filenames
    _fdstore_describe ''
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        value=''
        for each in $values; do
            [[ $each == "$word:"* ]] && value=${each#*:}
        done
        if [[ -n $value ]]; then
            # "--store=DIR" is three words, and "--store=" two.
            [[ ${COMP_WORDS[i + 1]} == = ]] && i=$((i + 1))
            if ((i + 1 < COMP_CWORD)); then
                i=$((i + 1))
                case $word in -s | --store) store=${COMP_WORDS[i]/#\~/$HOME} ;; esac
                value=''
            fi
        elif [[ $word == -- && -n $command ]]; then
            word=${COMP_WORDS[COMP_CWORD]}
            if ((i + 1 == COMP_CWORD)); then
                _fdstore_lines < <(compgen -c -- "$word")
            else
                _fdstore_paths "$word" -e ''
            fi
            return
        elif [[ $word != -* && -z $command ]]; then
            command=$word
            _fdstore_describe "$command"
        fi
    done

    word=${COMP_WORDS[COMP_CWORD]}
    if [[ -n $value ]]; then
        [[ $word != = ]] || word=''
        _fdstore_value "$value"
    elif [[ $word == -* ]]; then
        _fdstore_lines < <(compgen -W "$options" -- "$word")
    elif [[ -z $command ]]; then
        _fdstore_lines < <(compgen -W '@NAMES@' -- "$word")
    else
        for each in $arguments; do
            _fdstore_value "$each"
        done
    fi
}
