package luabind

import (
	"errors"
	"io"
	"io/fs"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// WithModules grants require("a.b") the file a/b.lua of fsys, which goes through the
// same pipeline as scripts do. A host that gives out a directory closes symbolic links
// out with [os.Root].
func WithModules(fsys fs.FS) Option { return func(rt *Runtime) { rt.modules = fsys } }

// modules are what a state's scripts may require.
type modules struct {
	from   []fs.FS // where to look, in this order
	loaded map[string]lua.LValue
	read   func(name, source string) // told of each file; may be nil
}

// maxModule is how long a module's name may be.
const maxModule = 200

// require gives the module sql, or runs a file that the host gives, once in a state.
func (st *State) require(l *lua.LState) int {
	given := l.Get(1)
	name, ok := given.(lua.LString)
	if name == "sqlser" {
		l.Push(st.rt.sql)
		return 1
	}
	path := strings.ReplaceAll(string(name), ".", "/") + ".lua"
	if !ok || len(name) > maxModule || !fs.ValidPath(path) || len(st.modules.from) == 0 {
		st.raise(l, "require", faultf("there is no module %s: a script may require \"sqlser\"%s", shown(given), st.whatElse()))
	}
	if v, ok := st.modules.loaded[path]; ok {
		if v == nil {
			st.raise(l, "require", faultf("the module %s requires itself", shown(given)))
		}
		l.Push(v)
		return 1
	}
	st.asked = true
	source, err := st.readModule(path)
	if errors.Is(err, fs.ErrNotExist) {
		err = faultf("there is no module %s: a script may require \"sqlser\"%s", shown(given), st.whatElse())
	}
	if err != nil {
		st.raise(l, "require", err)
	}
	charge(l, len(source))
	spend(l, len(source))
	proto, err := st.rt.compile(path, source)
	if err != nil {
		st.raiseAs(l, err)
	}
	if st.modules.loaded == nil {
		st.modules.loaded = map[string]lua.LValue{}
	}
	st.modules.loaded[path] = nil
	defer func() {
		if st.modules.loaded[path] == nil { // it failed: the next call may try again
			delete(st.modules.loaded, path)
		}
	}()
	l.Push(l.NewFunctionFromProto(proto))
	l.Call(0, 1)
	v := l.Get(-1)
	if v == lua.LNil {
		v = lua.LTrue
	}
	st.modules.loaded[path] = v
	l.Push(v)
	return 1
}

func (st *State) whatElse() string {
	if len(st.modules.from) == 0 {
		return ""
	}
	return " and the host's files, by their paths with points and without .lua"
}

func (st *State) readModule(path string) (string, error) {
	for _, fsys := range st.modules.from {
		source, err := st.rt.readSource(fsys, path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil && st.modules.read != nil {
			st.modules.read(path, source)
		}
		return source, err
	}
	return "", fs.ErrNotExist
}

// readSource reads a file that is not longer than a script may be.
func (rt *Runtime) readSource(fsys fs.FS, path string) (string, error) {
	f, err := fsys.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, int64(rt.limits.Source)+1))
	return string(b), err
}

// raiseAs raises an Error that says itself where it comes from.
func (st *State) raiseAs(l *lua.LState, err error) {
	var e *Error
	if !errors.As(err, &e) {
		st.raise(l, "require", err)
	}
	st.raised, st.raisedText = e, e.Error()
	l.Error(lua.LString(st.raisedText), 0)
}
