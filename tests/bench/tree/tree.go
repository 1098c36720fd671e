// Package tree mirrors engine/expr as one would write it who stores queries by
// msgp, msgpack or JSON: one struct a node kind, an Expr with one pointer of many
// set, names for tables and columns. Its payloads need no binding and get none.
// Tuples are msgp's fastest form of it, before maps, a mixture, and pointers to
// operands.
package tree

//go:generate go tool msgp -file tree.go -o msgp.gen.go -io=false -tests=false
//msgp:tag json
//msgp:tuple Expr From Type Literal Param Column Binary Unary Logic In Between Like Case When Cast
//msgp:tuple Call Array Ref Over Window Table Alias Subquery CTE Join Select Item SelectJoin Order
//msgp:tuple Insert Row Assignment

// Expr is an expression: one of its fields is set.
type Expr struct {
	Literal *Literal `json:"literal,omitempty"`
	Param   *Param   `json:"param,omitempty"`
	Column  *Column  `json:"column,omitempty"`
	Binary  *Binary  `json:"binary,omitempty"`
	Unary   *Unary   `json:"unary,omitempty"`
	Logic   *Logic   `json:"logic,omitempty"`
	In      *In      `json:"in,omitempty"`
	Between *Between `json:"between,omitempty"`
	Like    *Like    `json:"like,omitempty"`
	Case    *Case    `json:"case,omitempty"`
	Cast    *Cast    `json:"cast,omitempty"`
	Call    *Call    `json:"call,omitempty"`
	Array   *Array   `json:"array,omitempty"`
	Scalar  *Select  `json:"scalar,omitempty"`
	Exists  *Select  `json:"exists,omitempty"`
	Ref     *Ref     `json:"ref,omitempty"`
	Over    *Over    `json:"over,omitempty"`
}

// From is what stands in FROM: one of its fields is set.
type From struct {
	Table    *Table    `json:"table,omitempty"`
	Alias    *Alias    `json:"alias,omitempty"`
	Subquery *Subquery `json:"subquery,omitempty"`
	CTE      *CTE      `json:"cte,omitempty"`
	Join     *Join     `json:"join,omitempty"`
}

// The nodes, and the parts of a Select, as their namesakes in engine/expr.
type (
	Type struct {
		Kind   uint8    `json:"kind"`
		Array  bool     `json:"array,omitempty"`
		Size   uint32   `json:"size,omitempty"`
		Scale  uint16   `json:"scale,omitempty"`
		Name   string   `json:"name,omitempty"`
		Labels []string `json:"labels,omitempty"`
	}
	Literal struct {
		Kind uint8  `json:"kind,omitempty"`
		Bits int64  `json:"bits,omitempty"`
		Text string `json:"text,omitempty"`
		As   *Type  `json:"as,omitempty"`
	}
	Param struct {
		Name    string   `json:"name"`
		Type    Type     `json:"type"`
		Default *Literal `json:"default,omitempty"`
	}
	Column struct {
		Source string `json:"source"`
		Name   string `json:"name"`
	}
	Binary struct {
		Op    uint8 `json:"op"`
		Left  Expr  `json:"left"`
		Right Expr  `json:"right"`
	}
	Unary struct {
		Op uint8 `json:"op"`
		X  Expr  `json:"x"`
	}
	Logic struct {
		Terms []Expr `json:"terms"`
		Or    bool   `json:"or,omitempty"`
	}
	In struct {
		X     Expr    `json:"x"`
		List  []Expr  `json:"list,omitempty"`
		Query *Select `json:"query,omitempty"`
		Not   bool    `json:"not,omitempty"`
	}
	Between struct {
		X    Expr `json:"x"`
		Low  Expr `json:"low"`
		High Expr `json:"high"`
		Not  bool `json:"not,omitempty"`
	}
	Like struct {
		Op      uint8 `json:"op"`
		X       Expr  `json:"x"`
		Pattern Expr  `json:"pattern"`
		Not     bool  `json:"not,omitempty"`
	}
	Case struct {
		Whens []When `json:"whens"`
		Else  *Expr  `json:"else,omitempty"`
	}
	When struct {
		Cond Expr `json:"cond"`
		Then Expr `json:"then"`
	}
	Cast struct {
		X  Expr `json:"x"`
		To Type `json:"to"`
	}
	Call struct {
		Function string `json:"function"`
		Args     []Expr `json:"args,omitempty"`
		Distinct bool   `json:"distinct,omitempty"`
	}
	Over struct {
		Call   Expr   `json:"call"`
		Window Window `json:"window"`
	}
	Window struct {
		Partition   []Expr  `json:"partition,omitempty"`
		Order       []Order `json:"order,omitempty"`
		Unit        uint8   `json:"unit,omitempty"`
		Start       uint8   `json:"start,omitempty"`
		StartOffset *Expr   `json:"start_offset,omitempty"`
		End         uint8   `json:"end,omitempty"`
		EndOffset   *Expr   `json:"end_offset,omitempty"`
		Exclude     uint8   `json:"exclude,omitempty"`
		Name        string  `json:"name,omitempty"`
	}
	Array struct {
		Elem  Type   `json:"elem"`
		Items []Expr `json:"items,omitempty"`
	}
	Ref struct {
		Name string `json:"name"`
	}
	Table struct {
		Schema []string `json:"schema,omitempty"`
		Name   string   `json:"name"`
	}
	Alias struct {
		Source From   `json:"source"`
		Name   string `json:"name"`
	}
	Subquery struct {
		Query Select `json:"query"`
		Name  string `json:"name"`
	}
	CTE struct {
		Query        Select `json:"query"`
		Name         string `json:"name"`
		Materialized uint8  `json:"materialized,omitempty"`
	}
	Join struct {
		Kind  uint8 `json:"kind"`
		Left  From  `json:"left"`
		Right From  `json:"right"`
		On    *Expr `json:"on,omitempty"`
	}
	Select struct {
		Items    []Item       `json:"items"`
		From     []From       `json:"from,omitempty"`
		Joins    []SelectJoin `json:"joins,omitempty"`
		Where    *Expr        `json:"where,omitempty"`
		Group    []Expr       `json:"group,omitempty"`
		Having   *Expr        `json:"having,omitempty"`
		Order    []Order      `json:"order,omitempty"`
		Limit    *Expr        `json:"limit,omitempty"`
		Offset   *Expr        `json:"offset,omitempty"`
		Distinct bool         `json:"distinct,omitempty"`
	}
	Insert struct {
		Into            From         `json:"into"`
		Columns         []Column     `json:"columns,omitempty"`
		Rows            []Row        `json:"rows,omitempty"`
		Query           *Select      `json:"query,omitempty"`
		OnConflict      uint8        `json:"on_conflict,omitempty"`
		ConflictColumns []Column     `json:"conflict_columns,omitempty"`
		Constraint      string       `json:"constraint,omitempty"`
		Among           *Expr        `json:"among,omitempty"`
		Set             []Assignment `json:"set,omitempty"`
		Where           *Expr        `json:"where,omitempty"`
		Returning       []Item       `json:"returning,omitempty"`
	}
	Row struct {
		Cells []Expr `json:"cells"`
	}
	Assignment struct {
		Column Column `json:"column"`
		Value  Expr   `json:"value"`
	}
	Item struct {
		Expr  Expr   `json:"expr"`
		Label string `json:"label,omitempty"`
	}
	SelectJoin struct {
		Kind   uint8 `json:"kind"`
		Target From  `json:"target"`
		On     *Expr `json:"on,omitempty"`
	}
	Order struct {
		Expr  Expr  `json:"expr"`
		Desc  bool  `json:"desc,omitempty"`
		Nulls uint8 `json:"nulls,omitempty"`
	}
)
