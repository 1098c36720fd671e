package expr

var (
	literalMethods, paramMethods, binaryMethods, unaryMethods, logicMethods, inMethods, likeMethods, caseMethods, castMethods,
	callMethods, arrayMethods, scalarMethods, existsMethods, refMethods, aliasMethods, subqueryMethods, joinMethods,
	selectMethods []Method
)
