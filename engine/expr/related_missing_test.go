package expr_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// TestRelatedOfNothingKnown: what a missing relationship leads to has no columns that are
// known, and says so.
func TestRelatedOfNothingKnown(t *testing.T) {
	e := schema.DetachedEntity("User", "")
	gone := expr.Related(expr.Entity(e), schema.DetachedRelationship(e, "posts", nil, true, ""))
	require.NoError(t, expr.Err(gone))
	require.ErrorContains(t, gone.C("title").Err(), `related: User.posts: what it leads to is not known, and so is "title"`)
}
