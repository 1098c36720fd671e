package expr_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// goFiles are the files of the package as the compiler takes them, tests aside:
// tests that enumerate read them, so that what is added cannot be forgotten.
func goFiles(t testing.TB) []*ast.File {
	t.Helper()
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	var files []*ast.File
	for _, e := range entries {
		if name := e.Name(); strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			require.NoError(t, err)
			files = append(files, f)
		}
	}
	require.NotEmpty(t, files)
	return files
}

// embedsAny lists the struct types that embed one of the types, sorted.
func embedsAny(files []*ast.File, types ...string) (found []string) {
	eachDecl(files, func(d ast.Decl) {
		g, ok := d.(*ast.GenDecl)
		if !ok {
			return
		}
		for _, s := range g.Specs {
			spec, ok := s.(*ast.TypeSpec)
			if !ok {
				continue
			}
			fields, ok := spec.Type.(*ast.StructType)
			if !ok {
				continue
			}
			for _, f := range fields.Fields.List {
				if id, ok := f.Type.(*ast.Ident); ok && f.Names == nil && slices.Contains(types, id.Name) {
					found = append(found, spec.Name.Name)
				}
			}
		}
	})
	slices.Sort(found)
	return found
}

func eachDecl(files []*ast.File, visit func(ast.Decl)) {
	for _, f := range files {
		for _, d := range f.Decls {
			visit(d)
		}
	}
}

// receiverOf returns the name of a method's receiver type, or "".
func receiverOf(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return ""
	}
	x := f.Recv.List[0].Type
	if star, ok := x.(*ast.StarExpr); ok {
		x = star.X
	}
	if generic, ok := x.(*ast.IndexExpr); ok {
		x = generic.X
	}
	return x.(*ast.Ident).Name
}

// methodsOf lists the names of the methods of a type.
func methodsOf(files []*ast.File, typ string) (names []string) {
	eachDecl(files, func(d ast.Decl) {
		if f, ok := d.(*ast.FuncDecl); ok && receiverOf(f) == typ {
			names = append(names, f.Name.Name)
		}
	})
	return names
}

// exportedFuncs lists the package's functions, and its types that have methods.
func exportedFuncs(files []*ast.File) (funcs, types []string) {
	eachDecl(files, func(d ast.Decl) {
		f, ok := d.(*ast.FuncDecl)
		switch {
		case !ok || !f.Name.IsExported():
		case f.Recv == nil:
			funcs = append(funcs, f.Name.Name)
		case ast.IsExported(receiverOf(f)) && !slices.Contains(types, receiverOf(f)):
			types = append(types, receiverOf(f))
		}
	})
	slices.Sort(funcs)
	slices.Sort(types)
	return funcs, types
}

// constsOf lists the exported constants of a type, by value. Such a block counts
// by iota from the type's first constant, which is start.
func constsOf(t testing.TB, files []*ast.File, typ string) (names []string, start int) {
	t.Helper()
	eachDecl(files, func(d ast.Decl) {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			return
		}
		first, ok := g.Specs[0].(*ast.ValueSpec)
		if id, isIdent := first.Type.(*ast.Ident); !ok || !isIdent || id.Name != typ || len(first.Values) == 0 {
			return
		}
		switch v := first.Values[0].(type) {
		case *ast.Ident:
			require.Equal(t, "iota", v.Name)
		case *ast.BinaryExpr:
			require.Equal(t, "iota + 1", v.X.(*ast.Ident).Name+" "+v.Op.String()+" "+v.Y.(*ast.BasicLit).Value)
			start = 1
		default:
			return // strings
		}
		require.Empty(t, names, "two blocks of %s", typ)
		for _, s := range g.Specs {
			spec := s.(*ast.ValueSpec)
			require.Len(t, spec.Names, 1)
			require.True(t, len(spec.Values) == 0 || spec == first, "%s has a value of its own", spec.Names[0])
			if spec.Names[0].IsExported() {
				names = append(names, spec.Names[0].Name)
			}
		}
	})
	require.NotEmpty(t, names, "no constants of type %s", typ)
	return names, start
}

// codeTypes lists the exported types of small numbers.
func codeTypes(files []*ast.File) (names []string) {
	eachDecl(files, func(d ast.Decl) {
		g, ok := d.(*ast.GenDecl)
		if !ok {
			return
		}
		for _, s := range g.Specs {
			if spec, ok := s.(*ast.TypeSpec); ok && spec.Name.IsExported() {
				if id, ok := spec.Type.(*ast.Ident); ok && id.Name == "uint8" {
					names = append(names, spec.Name.Name)
				}
			}
		}
	})
	return names
}

// stringConsts maps the names of the constants of a string type to their values.
func stringConsts(files []*ast.File, typ string) map[string]string {
	all := map[string]string{}
	eachDecl(files, func(d ast.Decl) {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			return
		}
		for _, s := range g.Specs {
			spec := s.(*ast.ValueSpec)
			if id, ok := spec.Type.(*ast.Ident); ok && id.Name == typ {
				all[spec.Names[0].Name] = strings.Trim(spec.Values[0].(*ast.BasicLit).Value, `"`)
			}
		}
	})
	return all
}
