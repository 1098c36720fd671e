package expr

import "strconv"

// Op is a node kind. Values are wire codes: append only.
type Op uint8

// The node kinds.
const (
	OpLiteral Op = iota + 1
	OpParam
	OpColumn
	OpBinary
	OpUnary
	OpLogic
	OpIn
	OpBetween
	OpTextMatch
	OpCase
	OpCast
	OpCall
	OpArray
	OpScalar
	OpExists
	OpRef
	OpTable
	OpAlias
	OpSubquery
	OpJoin
	OpSelect
	OpExtract
	OpOver
	OpGrouping
	OpCTE
	OpSelf
	OpRecursive
	OpValues
	OpTableFunction
	OpTablesample
	OpCompound
	OpCustom
	OpDateTrunc
	OpDateDiff
	OpAtTimeZone
	OpInsert
	OpUpdate
	OpDelete
	OpExcluded
	OpDefault
	OpJSON
	OpCollate
	OpRegexp
	OpTuple
	OpQuantified
	OpText
	OpTextStmt
	OpGiven
	OpEntity
	OpAttribute
	OpWhole
	OpRelated
	OpAny
	OpLoad
	ops // how many, and one
)

// Specs lists every node kind by its Op: all that others know of one.
var Specs = [ops]Spec{
	OpLiteral:       kind[LiteralExpr]("literal", "a value, sent as an argument", literalMethods),
	OpParam:         kind[ParamExpr]("param", "a bound parameter", paramMethods),
	OpColumn:        kind[ColumnExpr]("column", "source.column", nil),
	OpBinary:        kind[BinaryExpr]("binary", "left op right", binaryMethods),
	OpUnary:         kind[UnaryExpr]("unary", "NOT x, -x, x IS NULL", unaryMethods),
	OpLogic:         kind[LogicExpr]("logic", "a AND b, a OR b", logicMethods),
	OpIn:            kind[InExpr]("in", "x IN (list or query)", inMethods),
	OpBetween:       kind[BetweenExpr]("between", "x BETWEEN low AND high", betweenMethods),
	OpTextMatch:     kind[LikeExpr]("like", "x LIKE pattern and its kin", likeMethods),
	OpCase:          kind[CaseExpr]("case", "CASE WHEN ... THEN ... END", caseMethods),
	OpCast:          kind[CastExpr]("cast", "CAST(x AS type)", castMethods),
	OpCall:          kind[CallExpr]("call", "function(arguments)", callMethods),
	OpArray:         kind[ArrayExpr]("array", "ARRAY[a, b]", arrayMethods),
	OpScalar:        kind[ScalarExpr]("scalar", "(SELECT ...) as a value", scalarMethods),
	OpExists:        kind[ExistsExpr]("exists", "EXISTS (SELECT ...)", existsMethods),
	OpRef:           kind[RefExpr]("ref", "a label of the select", refMethods),
	OpTable:         kind[TableSource]("table", "a table in FROM", nil),
	OpAlias:         kind[AliasSource]("alias", "source AS name", aliasMethods),
	OpSubquery:      kind[SubquerySource]("subquery", "(SELECT ...) AS name", subqueryMethods),
	OpJoin:          kind[JoinClause]("join", "left JOIN right ON condition", joinMethods),
	OpSelect:        kind[SelectStmt]("select", "SELECT ... FROM ...", append(selectMethods, rawMethods...)).madeBy(func() Node { return selectOf(selectData{}) }),
	OpExtract:       kind[ExtractExpr]("extract", "EXTRACT(part FROM x)", extractMethods),
	OpOver:          kind[OverExpr]("over", "function(...) OVER (window)", overMethods),
	OpGrouping:      kind[GroupingExpr]("grouping", "ROLLUP (a, b), CUBE (a, b), GROUPING SETS ((a, b), (a))", groupingMethods),
	OpCTE:           kind[CTESource]("cte", "WITH name AS (SELECT ...)", cteMethods),
	OpSelf:          kind[SelfSource]("self", "what a recursive query has found so far, in its step", nil),
	OpRecursive:     kind[RecursiveSource]("recursive", "WITH RECURSIVE name AS (anchor UNION ALL step)", recursiveMethods),
	OpValues:        kind[ValuesSource]("values", "(VALUES (1, 2), ...) AS name (a, b)", valuesMethods),
	OpTableFunction: kind[TableFunctionSource]("table_function", "function(arguments) AS name (a, b)", tableFunctionMethods),
	OpTablesample:   kind[TablesampleSource]("tablesample", "table TABLESAMPLE method (percent)", tablesampleMethods),
	OpCompound:      kind[CompoundStmt]("compound", "a UNION b, INTERSECT, EXCEPT", compoundMethods),
	OpCustom:        kind[CustomExpr]("custom", "left op right, of an operator that only the database knows", customMethods),
	OpDateTrunc:     kind[DateTruncExpr]("date_trunc", "date_trunc(unit, x)", dateTruncMethods),
	OpDateDiff:      kind[DateDiffExpr]("date_diff", "the units that begin between from and to", dateDiffMethods),
	OpAtTimeZone:    kind[AtTimeZoneExpr]("at_time_zone", "x AT TIME ZONE zone", atTimeZoneMethods),
	OpInsert:        kind[InsertStmt]("insert", "INSERT INTO ... VALUES ... ON CONFLICT ... RETURNING ...", insertMethods).madeBy(func() Node { return insertOf(insertData{}) }),
	OpUpdate:        kind[UpdateStmt]("update", "UPDATE ... SET ... FROM ... WHERE ... RETURNING ...", updateMethods),
	OpDelete:        kind[DeleteStmt]("delete", "DELETE FROM ... USING ... WHERE ... RETURNING ...", deleteMethods),
	OpExcluded:      kind[ExcludedSource]("excluded", "the row that an insert would have made, in ON CONFLICT DO UPDATE", excludedMethods),
	OpDefault:       kind[DefaultExpr]("default", "DEFAULT, as the value of a column", defaultMethods),
	OpJSON:          kind[JSONExpr]("json", "the part of JSON at a path, read as a type", jsonMethods),
	OpCollate:       kind[CollateExpr]("collate", "x COLLATE name", collateMethods),
	OpRegexp:        kind[RegexpExpr]("regexp", "x matches a regular expression, or what matches it replaced", regexpMethods),
	OpTuple:         kind[TupleExpr]("tuple", "(a, b), beside a comparison or IN", tupleMethods),
	OpQuantified:    kind[QuantifiedExpr]("quantified", "ANY or ALL of a query or an array, on the right of a comparison", quantifiedMethods),
	OpText:          kind[TextExpr]("text", "an expression in the database's own words", textMethods),
	OpEntity:        kind[EntitySource]("entity", "what the host calls the rows of a table", nil),
	OpAttribute:     kind[AttributeExpr]("attribute", "entity.attribute", nil),
	OpWhole:         kind[EntityExpr]("whole", "a whole entity, among the columns of a statement", nil),
	OpRelated:       kind[RelatedClause]("related", "entity.relationship", relatedMethods),
	OpAny:           kind[AnyExpr]("any", "EXISTS (SELECT ... of those that a relationship leads to)", nil),
	OpLoad:          kind[LoadOption]("load", "how whole entities are loaded", loadMethods),
	OpTextStmt:      kind[TextStmt]("text_statement", "a statement in the database's own words", textStmtMethods),
	OpGiven:         kind[GivenExpr]("given", "a condition, where a parameter is given", givenMethods),
}

// Spec is what there is to say of a node kind.
type Spec struct {
	Name    string
	Doc     string   // the SQL it stands for
	Feature string   // what a reader must know to read it; "" for version 1
	Methods []Method // by which scripts build it

	new  func() Node
	copy func(Node) Node
}

func kind[T any, P interface {
	*T
	Node
}](name, doc string, methods []Method) Spec {
	return Spec{
		Name: name, Doc: doc, Methods: methods,
		new: func() Node { n := P(new(T)); itself(n); return n },
		copy: func(n Node) Node {
			c := *(n.(P))
			itself(P(&c))
			return P(&c)
		},
	}
}

// madeBy is the kind whose nodes are made otherwise, to be read.
func (s Spec) madeBy(make func() Node) Spec {
	s.new = make
	return s
}

// Known reports whether this version has the node kind.
func (op Op) Known() bool { return op > 0 && op < ops }

// String returns the node kind's name, such as "between".
func (op Op) String() string {
	if !op.Known() {
		return "node kind " + strconv.Itoa(int(op))
	}
	return Specs[op].Name
}

// Method is a function or method by which scripts build nodes. The Lua binding,
// completion, help and editor stubs read it.
type Method struct {
	On       Receiver
	Name     string
	Doc      string // a line
	Args     []Arg
	Optional int    // how many of Args, the last ones, may be left out
	Options  []Arg  // the names that the table of ArgOptions or ArgWindow may have
	Example  string // Lua, on the tables u (users) and a (addresses) of the examples' metadata
	SQL      string // what the example gives on SQLite; on PostgreSQL where SQLite has no words for it
	Grant    Grant  // what a script needs to call it, or ""

	// Build makes the result of the receiver (nil for OnModule and OnConstant) and
	// one converted value an argument (see ArgKind; nil for one that is left out):
	// an Expr, Item, Order, Statement, Source, *JoinClause, *RelatedClause or *LoadOption, with its error in it, or a
	// func(any) Expr, which scripts call with an operand. It must not read Specs.
	Build func(self any, args []any) any
}

// Receiver is what a method is called on.
type Receiver uint8

// The receivers.
const (
	OnModule   Receiver = iota // sql.name(...)
	OnConstant                 // sql.name itself: a value, made without a call
	OnExpr                     // an Expr
	OnOrder                    // an Order
	OnSelect                   // a *SelectStmt
	OnQuery                    // any Query
	OnCompound                 // a *CompoundStmt
	OnSource                   // a Source
	OnFrom                     // a FromClause: a Source or a *JoinClause
	OnInsert                   // an *InsertStmt
	OnUpdate                   // an *UpdateStmt
	OnDelete                   // a *DeleteStmt
	OnChange                   // any Statement that is no Query
	OnRelated                  // a *RelatedClause
	OnLoad                     // a *LoadOption
)

// Arg is an argument of a method.
type Arg struct {
	Name string
	Kind ArgKind
}

// ArgKind says what an argument may be, and what Build gets for it. The kinds in
// the plural take the rest of the arguments, or one list of them.
type ArgKind uint8

// The kinds of arguments.
const (
	ArgOperand     ArgKind = iota // an expression or a plain value: Expr
	ArgOperands                   // []any, each an Expr
	ArgCond                       // a condition: Expr
	ArgConds                      // []any, each an Expr that is a condition
	ArgIn                         // a list of operands or a query: []any of Expr, or Query
	ArgColumns                    // []any, each an Expr, Item or Source
	ArgKeys                       // []any, each an Expr that is no plain value
	ArgOrders                     // []any, each an Expr that is no plain value, or an Order
	ArgLabel                      // a label's name or an expression: Expr
	ArgWhens                      // {{cond, value}, ..., else_ = value}: []any of When, and last an Expr or nil; behind an ArgSubject, a value in place of the condition
	ArgSubject                    // what the branches behind it compare, if anything: Expr, or nil
	ArgFrom                       // a table, source or join: FromClause
	ArgFroms                      // []FromClause
	ArgQuery                      // Query
	ArgType                       // schema.Type
	ArgString                     // text that is not empty: string
	ArgStrings                    // []string
	ArgText                       // a string or a number as it is written: string
	ArgBytes                      // a string of any bytes: string
	ArgNumbers                    // {name = number, ...}: map[string]float64
	ArgValue                      // any script value that JSON can hold: string of JSON
	ArgFlag                       // true or false: bool
	ArgNumber                     // a number: float64
	ArgOptions                    // {name = value, ...}: []any, what each of Options became, nil for one that is left out
	ArgWindow                     // a Window, or as ArgOptions
	ArgFrame                      // {start, end}: []any of two, each a Bound or a string
	ArgStep                       // function(source) ... end: func(Source) any
	ArgNames                      // {"a", u.b}: []any, each a string or an Expr
	ArgDefault                    // an expression or a plain value: Expr; {many = true, default = ..., ...}: ParamOptions
	ArgRows                       // {{a, b}, ...}: [][]any, each an Expr
	ArgColumnTypes                // {name = type} or {{"name", type}, ...}: []ColumnType
	ArgSets                       // []any, each an Expr or a []any of Exprs
	ArgQueries                    // []Query
	ArgAssign                     // {column = value, ...}: Assign, each value an Expr
	ArgAssigns                    // ArgAssign, several or a list of them: []Assign
	ArgKeyList                    // {a, b}, or a, b: []any, each an Expr that is no plain value
	ArgBinds                      // {name = operand, ...}: map[string]any, each an Expr
	ArgRelated                    // a relationship: *RelatedClause
	ArgLoads                      // []*LoadOption
)

// Methods returns every script method, by receiver and in order of the kinds.
func Methods() []Method {
	var all []Method
	for op := range Specs {
		all = append(all, Specs[op].Methods...)
	}
	return all
}
