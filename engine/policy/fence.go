package policy

import "github.com/sqlser/sqlser/engine/expr"

// meetsForeign reports whether what can fail stands where a database may evaluate it of
// rows that a filter is about to leave out: anywhere but in the columns, groups and order
// of the query itself, which are made of the rows that are left.
func (a *admission) meetsForeign() bool {
	found := false
	look := func(n expr.Node) {
		expr.Walk(n, func(n expr.Node) bool {
			found = found || expr.CanFail(n)
			return !found
		})
	}
	// below looks at an expression's queries only.
	below := func(x expr.Expr) {
		each(x.Node(), func(n expr.Node) bool {
			switch n.(type) {
			case expr.Statement:
				look(n)
				return false
			case expr.FromClause:
				return false
			}
			return true
		})
	}
	expressions := func(list ...expr.Expr) {
		for _, x := range list {
			each(x.Node(), func(n expr.Node) bool {
				if found = found || expr.CanFail(n); found {
					return false
				}
				switch n.(type) {
				case expr.Statement, expr.FromClause:
					look(n)
					return false
				}
				return true
			})
		}
	}
	top := func(s *expr.SelectStmt) {
		for _, item := range s.Items().All() {
			below(item.Expr())
		}
		for _, x := range s.Groups().All() {
			below(x)
		}
		for _, o := range s.Orders().All() {
			below(o.Expr())
		}
		for _, f := range s.FromClauses().All() {
			look(f)
		}
		for _, f := range s.WithClause().All() {
			look(f)
		}
		for _, j := range s.Joins().All() {
			look(j.Target())
			expressions(j.On())
		}
		expressions(s.WhereClause(), s.HavingClause())
		for _, src := range expr.Sources(s) { // those that only columns name
			if _, table := src.(*expr.TableSource); !table {
				look(src)
			}
		}
	}
	switch s := a.stmt.(type) {
	case *expr.SelectStmt:
		top(s)
	case *expr.InsertStmt:
		if q, ok := s.Query().(*expr.SelectStmt); ok {
			top(q)
		} else if s.Query() != nil {
			look(s.Query())
		}
		on := s.Conflict()
		expressions(on.WhereClause())
		for _, set := range on.Set().All() {
			below(set.Value())
		}
		for i := range s.Rows() {
			for _, x := range s.Row(i).All() {
				below(x)
			}
		}
	case *expr.UpdateStmt:
		expressions(s.WhereClause())
		for _, set := range s.Assignments().All() {
			below(set.Value())
		}
		for _, item := range s.ReturningItems().All() {
			below(item.Expr())
		}
		for _, f := range s.FromClauses().All() {
			look(f)
		}
	case *expr.DeleteStmt:
		expressions(s.WhereClause())
		for _, item := range s.ReturningItems().All() {
			below(item.Expr())
		}
		for _, f := range s.UsingClauses().All() {
			look(f)
		}
	default:
		look(a.stmt)
	}
	return found
}
