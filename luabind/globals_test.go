package luabind_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/luabind"
)

func TestGlobals(t *testing.T) {
	rt, err := luabind.New(testMeta(t))
	require.NoError(t, err)
	st := rt.NewState()
	_, err = st.Eval(t.Context(), "u, n, f = db.users, 7, function() end")
	require.NoError(t, err)
	require.Equal(t, []string{"f", "n", "u"}, st.Globals())
	require.Implements(t, (*expr.Source)(nil), st.Global("u"))
	for _, name := range []string{"n", "f", "nothing"} {
		require.Nil(t, st.Global(name))
	}
	st.Close()
	require.Empty(t, st.Globals())
	require.Nil(t, st.Global("u"))
}

func TestCheck(t *testing.T) {
	rt, err := luabind.New(testMeta(t))
	require.NoError(t, err)
	st := rt.NewState()
	defer st.Close()
	for chunk, incomplete := range map[string]bool{"1 +": true, ":where(": true, "f(": true, ":limit(1)": false, "x = 1": false, "1 + 1": false} {
		err := st.Check(chunk)
		require.Equal(t, incomplete, err != nil, chunk)
		require.Equal(t, incomplete, luabind.Incomplete(err), chunk)
	}
	err = st.Check("x = = 1")
	require.Error(t, err)
	require.False(t, luabind.Incomplete(err))
}
