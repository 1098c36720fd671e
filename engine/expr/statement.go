package expr

// Statement is what a database runs: a [Query], or a change of the rows of a table:
// an *[InsertStmt], an *[UpdateStmt] or a *[DeleteStmt].
type Statement interface {
	Node
	Outputs() []Output // the columns of its rows; a name may be "" or stand twice; none where it gives no rows
	statement()
}

// Query is a statement that gives rows and changes none.
type Query interface {
	Statement
	query()
}

func (*SelectStmt) statement()   {}
func (*SelectStmt) query()       {}
func (*CompoundStmt) statement() {}
func (*CompoundStmt) query()     {}
func (*InsertStmt) statement()   {}
func (*UpdateStmt) statement()   {}
func (*DeleteStmt) statement()   {}

// GivesRows reports whether a statement gives rows: every query does, and a change
// with RETURNING.
func GivesRows(s Statement) bool {
	if s = orNone(s); s == nil {
		return false
	}
	_, reads := s.(Query)
	return reads || len(s.Outputs()) > 0
}
