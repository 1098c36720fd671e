-- Which managers lead people who lead others, and who are these? (a join along a relationship to the same entity, and a question about another)
local E = db.Employee
local below = E:alias "below"

return sql.select(E.last_name:label "manager", below.last_name:label "leads")
  :join(E.employees:of_type(below))
  :where(below.employees:any())
  :order_by(E.id, below.id)
