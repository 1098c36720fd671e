-- TPC-H 22: which well-off customers of seven countries have never ordered, by country?
local c, o = db.customer, db.orders

local countries = {"13", "31", "23", "29", "30", "18", "17"}
local every = c:alias "every"

local function country(customer) -- the first two digits of the phone number
  return sql.fn.substr(customer.c_phone, 1, 2)
end
local average = sql.select(sql.fn.avg(every.c_acctbal)):where(every.c_acctbal > 0, country(every):in_(countries)):scalar()
local never = not sql.exists(sql.select(o.o_orderkey):where(o.o_custkey == c.c_custkey))

local customers = sql.select(country(c):label "cntrycode", c.c_acctbal)
  :where(country(c):in_(countries), c.c_acctbal > average, never)
  :subquery "custsale"

return sql.select(customers.cntrycode, sql.fn.count():label "numcust", sql.fn.sum(customers.c_acctbal):label "totacctbal")
  :group_by(customers.cntrycode)
  :order_by(customers.cntrycode)
