package serializer

// entities writes what the manifest says of entities.
func (p *projector) entities(m *manifest, field func(string)) {
	if len(m.Entities) > 0 {
		field("entities")
		p.array(len(m.Entities), func(i int) {
			p.named(m.Entities[i].Name, m.Entities[i].Stable, func(func(string)) {})
		})
	}
	if len(m.Attributes) > 0 {
		field("attributes")
		p.array(len(m.Attributes), func(i int) {
			a := &m.Attributes[i]
			p.named(a.Name, a.Stable, func(field func(string)) {
				field("entity")
				p.int(a.Entity)
				p.typeFields(a.Type, field)
				if a.Nullable {
					field("nullable")
					p.b.WriteString("true")
				}
			})
		})
	}
	if len(m.Relationships) > 0 {
		field("relationships")
		p.array(len(m.Relationships), func(i int) {
			r := &m.Relationships[i]
			p.named(r.Name, r.Stable, func(field func(string)) {
				field("entity")
				p.int(r.Entity)
				field("target")
				p.int(r.Target)
				if r.Many {
					field("many")
					p.b.WriteString("true")
				}
			})
		})
	}
}

func (p *projector) named(name, stable string, rest func(field func(string))) {
	p.object(func(field func(string)) {
		field("name")
		p.text(name)
		rest(field)
		if stable != "" {
			field("stable")
			p.text(stable)
		}
	})
}
