package luabind

import (
	"fmt"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

func (st *State) repeated(l *lua.LState) int {
	s, n := l.CheckString(1), l.CheckNumber(2)
	if n < 1 || s == "" {
		l.Push(lua.LString(""))
		return 1
	}
	chargeText(l, "rep", int(min(float64(n)*float64(len(s)), 1<<40)))
	l.Push(lua.LString(strings.Repeat(s, int(n))))
	return 1
}

// mapping makes a function of a text that gives one of about its length.
func mapping(name string, f func(string) string) lua.LGFunction {
	return func(l *lua.LState) int {
		s := l.CheckString(1)
		chargeText(l, name, len(s))
		charge(l, 3*len(s)) // a byte that is no character becomes three
		l.Push(lua.LString(f(s)))
		return 1
	}
}

func reversed(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
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
		growing(l, "format", b.Len())
	}
	chargeText(l, "format", b.Len())
	l.Push(lua.LString(b.String()))
	return 1
}

// growing refuses a text that is being made once it is too long.
func growing(l *lua.LState, call string, n int) {
	if n > budgetOf(l).limit.Text {
		chargeText(l, call, n)
	}
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
