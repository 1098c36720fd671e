package tests

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

// Author and Book are the host's own types: tags say what the tables are, and how they belong together.
type Author struct {
	ID    int64   `schema:"primary_key"`
	Name  string  `schema:"size=50"`
	Books []*Book `rel:"one_to_many order_by=title"`
}

type Book struct {
	ID       int64 `schema:"primary_key"`
	AuthorID int64 `schema:"references=authors.id"`
	Title    string
	Author   *Author `rel:"many_to_one"`
}

// Structs are mapped to tables, a script asks for them by their names, and they come with what belongs to
// them. There is no unit of work: nothing watches the objects, and changes are statements.
func Example_entities() {
	ctx := context.Background()
	meta := schema.NewMetaData()
	author := expr.Entity(schema.MapStruct[Author](meta, "authors"))
	book := expr.Entity(schema.MapStruct[Book](meta, "books"))
	if err := meta.Freeze(); err != nil {
		panic(err)
	}
	db, _ := sql.Open("sqlite", ":memory:")
	db.SetMaxOpenConns(1)
	db.Exec(`CREATE TABLE authors (id INTEGER PRIMARY KEY, name TEXT NOT NULL); CREATE TABLE books (id INTEGER PRIMARY KEY, author_id INTEGER NOT NULL, title TEXT NOT NULL)`)
	sess := engine.New(db, dialect.SQLite).Session(engine.WithPolicy(policy.Unrestricted()))

	// Rows are inserted, updated and deleted by the names of attributes.
	sess.Exec(ctx, expr.Insert(author).Values(expr.Assign{"id": 1, "name": "Ursula"}, expr.Assign{"id": 2, "name": "Iain"}), nil)
	sess.Exec(ctx, expr.Insert(book).Values(expr.Assign{"id": 1, "author_id": 1, "title": "The Telling"}, expr.Assign{"id": 2, "author_id": 1, "title": "Malafrena"}), nil)

	// A script knows the entities; its query is bytes in which they stand by their names.
	rt, _ := luabind.New(meta)
	values, err := rt.Run(ctx, "authors.lua", `
		local A, B = db.Author, db.Book
		return sql.select(A):where(A.books:any(B.title:like "%a%")):order_by(A.name):options(sql.selectinload(A.books))`)
	if err != nil {
		panic(err)
	}
	b, _ := serializer.Dumps(values[0].(expr.Query))
	l, err := serializer.Loads(b, serializer.Binding{MetaData: meta})
	if err != nil {
		panic(err)
	}
	authors, err := engine.All[*Author](ctx, sess, l.Query, nil)
	for _, a := range authors {
		fmt.Println(a.Name, len(a.Books), a.Books[0].Title)
	}

	// The same in Go: along a relationship, and what is changed comes back as a struct.
	q := expr.Select(book).Join(book.R("author")).Where(author.C("name").Eq("Ursula")).OrderBy(book.C("title")).Options(expr.Load(expr.JoinedLoad, book.R("author")))
	books, err := engine.All[Book](ctx, sess, q, nil)
	fmt.Println(books[1].Title, "by", books[1].Author.Name, books[0].Author == books[1].Author)
	changed, err := engine.One[Book](ctx, sess, expr.Update(book).Set(expr.Assign{"title": "Orsinia"}).Where(book.C("title").StartsWith("Mala")).Returning(book), nil)
	fmt.Println(changed.Title, err)
	// Output:
	// Ursula 2 Malafrena
	// The Telling by Ursula true
	// Orsinia <nil>
}
