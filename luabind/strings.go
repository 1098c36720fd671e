package luabind

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// checkText refuses a text that is longer than scripts may make.
func (st *State) checkText(l *lua.LState, call string, n int) {
	if n > st.rt.limits.Text {
		st.raise(l, call, faultf("a text of more than %d bytes", st.rt.limits.Text))
	}
}

func (st *State) repeated(l *lua.LState) int {
	s, n := l.CheckString(1), l.CheckNumber(2)
	if n < 1 || s == "" {
		l.Push(lua.LString(""))
		return 1
	}
	if float64(n)*float64(len(s)) > float64(st.rt.limits.Text) {
		st.raise(l, "rep", faultf("a text of more than %d bytes", st.rt.limits.Text))
	}
	l.Push(lua.LString(strings.Repeat(s, int(n))))
	return 1
}

func (st *State) tableConcat(l *lua.LState) int {
	t, sep := l.CheckTable(1), l.OptString(2, "")
	from, to := l.OptInt(3, 1), l.OptInt(4, t.Len())
	var b strings.Builder
	for i := from; i <= to; i++ {
		v := t.RawGetInt(i)
		if !lua.LVCanConvToString(v) {
			st.raise(l, "concat", faultf("item %d: expected a string or a number, got %s", i, describe(v)))
		}
		b.WriteString(v.String())
		if i < to {
			b.WriteString(sep)
		}
		st.checkText(l, "concat", b.Len())
	}
	l.Push(lua.LString(b.String()))
	return 1
}

// format is Lua's: its verbs are those of C, and none reaches Go's own.
func (st *State) format(l *lua.LState) int {
	f := l.CheckString(1)
	var b strings.Builder
	arg := 1
	for i := 0; i < len(f); i++ {
		if f[i] != '%' {
			b.WriteByte(f[i])
			continue
		}
		start := i
		for i++; i < len(f) && strings.IndexByte("-+ #0", f[i]) >= 0; i++ {
		}
		digits := func() {
			for n := 0; i < len(f) && f[i] >= '0' && f[i] <= '9'; n++ {
				if n == 2 {
					st.raise(l, "format", faultf("a width or precision of more than 2 digits"))
				}
				i++
			}
		}
		if digits(); i < len(f) && f[i] == '.' {
			i++
			digits()
		}
		if i == len(f) {
			st.raise(l, "format", faultf("%s ends within a verb", shown(lua.LString(f))))
		}
		if f[i] == '%' {
			b.WriteByte('%')
			continue
		}
		arg++
		b.WriteString(st.verb(l, f[start:i], f[i], arg))
		st.checkText(l, "format", b.Len())
	}
	st.checkText(l, "format", b.Len())
	l.Push(lua.LString(b.String()))
	return 1
}

// quoting is what %q writes for characters that a literal cannot hold.
var quoting = strings.NewReplacer(`"`, `\"`, `\`, `\\`, "\n", "\\\n", "\r", `\r`, "\x00", `\000`)

// verb formats one argument.
func (st *State) verb(l *lua.LState, flags string, verb byte, arg int) string {
	switch verb {
	case 'd', 'i':
		return fmt.Sprintf(flags+"d", int64(l.CheckNumber(arg)))
	case 'u':
		return fmt.Sprintf(flags+"d", uint64(int64(l.CheckNumber(arg))))
	case 'x', 'X', 'o':
		return fmt.Sprintf(flags+string(verb), uint64(int64(l.CheckNumber(arg))))
	case 'e', 'E', 'f', 'g', 'G':
		return fmt.Sprintf(flags+string(verb), float64(l.CheckNumber(arg)))
	case 'c':
		return string([]byte{byte(l.CheckInt(arg))})
	case 'q':
		return `"` + quoting.Replace(l.CheckString(arg)) + `"`
	case 's':
		return fmt.Sprintf(strings.ReplaceAll(flags, "#", "")+"s", st.display(l.CheckAny(arg)))
	}
	st.raise(l, "format", faultf("no verb %q: there are d i u c x X o e E f g G q s", "%"+string(verb)))
	return ""
}
