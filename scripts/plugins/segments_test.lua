-- What the segments of customers promise each other.
local members, size = {}, {}
for _, segment in ipairs { "big", "silent", "readers" } do
  members[segment] = sql.load(saved("segments.lua#members,segment=" .. segment))
  size[segment] = sql.load(saved("segments.lua#size,segment=" .. segment))
end

for segment, q in pairs(members) do
  for _, country in ipairs { "DE", "FR", "XX" } do
    local found, counted = #session:all(q, { country = country }), session:scalar(size[segment], { country = country })
    assert(found == math.min(counted, 5), segment .. " in " .. country .. ": the size is that of the members")
  end
end

-- Who has not ordered has spent nothing.
local c = db.customers
session:execute(sql.insert(c):values { id = 100000, first_name = "New", last_name = "Here", email = "new@example.org", city = "Here", country_code = "FR", newsletter = false, created_at = sql.datetime "2026-01-01 00:00:00" })
local before = session:scalar(size.silent, { country = "FR" })
session:execute(sql.delete(c):where(c.id == 100000))
assert(session:scalar(size.silent, { country = "FR" }) == before - 1, "a new customer is silent")
