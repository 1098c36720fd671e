package lex

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func said(text string, list []Token) string {
	var parts []string
	for _, t := range list {
		s := [...]string{"p", "n", "k", "d", "s", "c", "?"}[t.Kind] + ":" + t.Of(text)
		if t.Open {
			s += "…"
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, " ")
}

func TestLua(t *testing.T) {
	for in, want := range map[string]string{
		`local x = db.users`:       "k:local n:x p:= n:db p:. n:users",
		`x:gt(3.5e-2) == 0xff..1.`: "n:x p:: n:gt p:( d:3.5e-2 p:) p:== d:0xff p:.. d:1.",
		`"a\"b" 'c`:                `s:"a\"b" s:'c…`,
		"'a\nb":                    "s:'a… n:b",
		"[==[a]]\nb]==] [[c":       "s:[==[a]]\nb]==] s:[[c…",
		"-- c\nx --[[a\nb]] y":     "c:-- c n:x c:--[[a\nb]] n:y",
		"名前.é ~= ... \xff":         "n:名前 p:. n:é p:~= p:... p:\xff",
		`"\`:                       `s:"\…`,
		"a[1] [=x":                 "n:a p:[ d:1 p:] p:[ p:= n:x",
	} {
		require.Equal(t, want, said(in, Lua(in)), in)
	}
}

func TestSQL(t *testing.T) {
	for in, want := range map[string]string{
		`SELECT "a"."b", count(*) FROM x WHERE y > ? AND z = 'it''s' LIMIT $12::BIGINT`: `k:SELECT n:"a" p:. n:"b" p:, n:count p:( p:* p:) k:FROM n:x k:WHERE n:y p:> ?:? k:AND n:z p:= s:'it' s:'s' k:LIMIT ?:$12 p:: p:: k:BIGINT`,
		"`a` -- 1: 3\n-1 /* x": "n:`a` c:-- 1: 3 p:- d:1 c:/* x…",
	} {
		require.Equal(t, want, said(in, SQL(in)), in)
	}
}

// FuzzTokens: tokens stand one behind another, and have between them only space.
func FuzzTokens(f *testing.F) {
	f.Add("local x = [[a")
	f.Add("1..2 $ \xff '")
	f.Fuzz(func(t *testing.T, text string) {
		for _, list := range [][]Token{Lua(text), SQL(text)} {
			at := 0
			for _, tok := range list {
				require.Empty(t, strings.Trim(text[at:tok.Start], " \t\r\n\v\f"))
				require.Less(t, tok.Start, tok.End, fmt.Sprint(tok))
				at = tok.End
			}
			require.Empty(t, strings.Trim(text[at:], " \t\r\n\v\f"))
		}
	})
}
