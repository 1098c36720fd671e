package demo

// category is a row of the table categories. A category with nouns has products.
type category struct {
	slug, name, parent string
	nouns              []string
	low, high          int // low and high are the price range in whole euro.
	grams              int // grams is the weight of a typical product, or zero.
	materials          []string
	origins            []string // origins are the places that food comes from.
}

// categoryData returns the tree of categories, parents before their children.
func categoryData() []category {
	return []category{
		{slug: "kitchen", name: "Kitchen"},
		{slug: "home", name: "Home"},
		{slug: "stationery", name: "Stationery"},
		{slug: "food", name: "Food & Drink"},
		{slug: "garden", name: "Garden"},
		{slug: "toys", name: "Toys & Games"},
		{"cookware", "Cookware", "kitchen",
			list("Frying Pan|Saucepan|Stock Pot|Casserole|Wok"), 24, 120, 1800, list("steel|cast iron|copper|aluminium"), nil},
		{"tableware", "Tableware", "kitchen",
			list("Dinner Plate|Cereal Bowl|Mug|Teapot|Salad Bowl"), 6, 45, 450, list("stoneware|porcelain|glass|enamel"), nil},
		{"utensils", "Knives & Utensils", "kitchen",
			list("Chef's Knife|Bread Knife|Ladle|Whisk|Peeler"), 5, 75, 180, list("steel|olive wood|beech"), nil},
		{"textiles", "Textiles", "home",
			list("Tea Towel|Blanket|Cushion Cover|Bath Towel|Table Runner"), 8, 70, 500, list("cotton|organic cotton"), nil},
		{"lighting", "Lighting", "home",
			list("Table Lamp|Floor Lamp|Pendant Light|Reading Light|Lantern"), 22, 180, 2400, list("brass|glass|paper|oak"), nil},
		{"candles", "Candles & Fragrance", "home",
			list("Scented Candle|Pillar Candle|Incense|Reed Diffuser|Candle Holder"), 5, 38, 320, list("beeswax|soy wax|stearin"), nil},
		{"storage", "Storage", "home",
			list("Basket|Storage Box|Wall Shelf|Coat Rack|Jar"), 7, 85, 1400, list("oak|rattan|felt|steel"), nil},
		{"notebooks", "Notebooks", "stationery",
			list("Notebook|Diary|Sketchbook|Address Book|Planner"), 4, 29, 260, list("recycled paper|leather|linen"), nil},
		{"pens", "Pens & Pencils", "stationery",
			list("Fountain Pen|Ballpoint Pen|Pencil Set|Brush Pen|Ink Bottle"), 3, 65, 90, list("brass|cedar|resin"), nil},
		{"cards", "Cards & Wrapping", "stationery",
			list("Greeting Card|Gift Wrap|Postcard Set|Sticker Sheet|Ribbon"), 2, 14, 60, list("recycled paper|cotton paper"), nil},
		{"coffee", "Coffee", "food",
			list("Espresso Beans|Filter Coffee|Decaf Beans|Cold Brew|Coffee Sampler"), 7, 32, 500, nil, list("Ethiopia|Colombia|Brazil|Guatemala")},
		{slug: "tea", name: "Tea", parent: "food"},
		{"green-tea", "Green Tea", "tea",
			list("Sencha|Matcha|Genmaicha|Jasmine Tea|Gunpowder Tea"), 6, 34, 110, nil, list("Japan|China|Korea")},
		{"black-tea", "Black Tea", "tea",
			list("Earl Grey|Assam|Darjeeling|Breakfast Tea|Chai"), 5, 24, 120, nil, list("India|Sri Lanka|Kenya")},
		{"sweets", "Sweets & Chocolate", "food",
			list("Dark Chocolate|Pralines|Nougat|Caramels|Marzipan"), 3, 28, 180, nil, list("Belgium|Switzerland|Côte d'Ivoire|Italy")},
		{"spices", "Oils & Spices", "food",
			list("Olive Oil|Chilli Flakes|Sea Salt|Curry Blend|Truffle Oil"), 4, 36, 380, nil, list("Greece|Spain|India|Türkiye")},
		{"tools", "Garden Tools", "garden",
			list("Trowel|Secateurs|Watering Can|Rake|Garden Gloves"), 8, 58, 800, list("steel|ash wood"), nil},
		{"pots", "Pots & Planters", "garden",
			list("Flower Pot|Planter|Hanging Basket|Plant Stand|Saucer"), 5, 62, 2100, list("terracotta|stoneware|zinc"), nil},
		{"seeds", "Seeds & Bulbs", "garden",
			list("Wildflower Seeds|Tulip Bulbs|Herb Seeds|Tomato Seeds|Crocus Bulbs"), 2, 12, 40, nil, list("Netherlands|Germany")},
		{"puzzles", "Puzzles", "toys",
			list("Jigsaw Puzzle|Wooden Puzzle|Puzzle Cube|Brain Teaser|3D Puzzle"), 8, 42, 600, list("cardboard|beech"), nil},
		{"board-games", "Board Games", "toys",
			list("Chess Set|Domino|Card Game|Strategy Game|Dice Game"), 9, 68, 950, list("beech|cardboard|maple"), nil},
		{"soft-toys", "Soft Toys", "toys",
			list("Teddy Bear|Plush Fox|Hand Puppet|Plush Whale|Rag Doll"), 11, 46, 300, list("cotton|wool|plush"), nil},
		{slug: "outdoor-games", name: "Outdoor Games", parent: "toys"},
	}
}

// seriesNames returns the names of the product lines.
func seriesNames() []string {
	return list("Fjord|Nordlys|Zen|Provence|Brontë|Oslo|Älv|Café Crème|Kyōto|Señorita|" +
		"Classic|Everyday|Harvest|Łąka|Meadow|Piñata|Atlas|Håndlavet|Juniper|Lumière|" +
		"Copper|Smörgås|Tivoli|Wanderer")
}

// special is a product with a name of its own.
type special struct {
	name, category string
	cents, grams   int
}

// specialData returns products whose names are hard on quoting, on patterns and
// on fonts.
func specialData() []special {
	return []special{
		{`Mug "I ♥ SQL"`, "tableware", 1490, 340},
		{`Tea Towel "Home, Sweet Home"`, "textiles", 990, 85},
		{`Baker's Dozen 🥐 Cookie Cutters`, "utensils", 1795, 410},
		{`Sticker "Robert'); DROP TABLE Students;--"`, "cards", 250, 5},
		{`Matcha 抹茶 Ceremonial Grade`, "green-tea", 3290, 30},
		{`Chilli Oil 🌶️ Extra Hot`, "spices", 895, 260},
		{`100% Cotton Tea Towel`, "textiles", 750, 80},
		{`Birthday Candles 🎂 (24 pieces)`, "candles", 490, 70},
		{`Notebook A5_dotted`, "notebooks", 1250, 290},
		{`Pen\Pencil Set "Duo"`, "pens", 2400, 120},
		{`Crème de Marrons 'Ardèche'`, "sweets", 675, 250},
		{`Gärtner's Glück – Geschenkset 🌷`, "seeds", 1990, 640},
		{`Гжель Teapot`, "tableware", 5400, 870},
		{`Plush Penguin 🐧 "Pingu-ino"`, "soft-toys", 2195, 280},
	}
}

// tagData returns the tags, each with a color that may be empty.
func tagData() [][2]string {
	return [][2]string{
		{"bestseller", "#d4a017"}, {"eco-friendly", "#3a7d44"}, {"fair trade", "#2e8b57"},
		{"for kids", "#ff8c42"}, {"gift idea", "#c2185b"}, {"handmade", "#8d5524"},
		{"limited edition", "#6a1b9a"}, {"made in Europe", "#003399"}, {"new", "#1e88e5"},
		{"on sale", "#e53935"}, {"organic", "#7cb342"}, {"premium", "#212121"},
		{"recycled", "#00897b"}, {"été", "#fdd835"}, {"Weihnachten 🎄", "#b71c1c"},
		{"vegan", "#43a047"}, {"staff pick", ""}, {"clearance", ""},
	}
}

// colorNames returns the colors of products.
func colorNames() []string {
	return list("white|black|sage green|crème|terracotta|indigo|mustard|rosé|natural")
}

// blurbs returns sentences for the descriptions of products.
func blurbs() []string {
	return list("Made to last.|Our customers' favourite.|Handmade in small batches.|" +
		"A lovely gift, even for yourself.|Simple, useful and good to look at.|" +
		"Now in a new design – même prix!|Comes in a box of recycled cardboard.|" +
		"Says our buyer: \"I use it every day.\"")
}

// reviewText is what a customer writes about a product.
type reviewText struct {
	title, body string
	country     string // country is where people write so, or empty for anywhere.
}

// reviewTexts returns texts for one to five stars, the worst first.
func reviewTexts() [5][]reviewText {
	return [5][]reviewText{
		{
			{"Broken on arrival", "The parcel rattled when it came, and no wonder. 😞", ""},
			{"Enttäuscht", "Leider nach zwei Tagen kaputt. Schade!", "DE"},
			{"Not as shown", "The color has nothing to do with the picture.", ""},
			{"Never again", "Support didn't answer. I'd give zero stars if I could.", ""},
		},
		{
			{"Meh", "Smaller than I thought, and it doesn't look its price.", ""},
			{"Déçue", "La qualité n'est pas au rendez-vous.", "FR"},
			{"Too expensive", "It's all right, but you can get the same for half the money.", ""},
		},
		{
			{"It's OK", "Does what it should, nothing more.", ""},
			{"Geht so", "Ganz nett, aber die Lieferung hat ewig gedauert.", "DE"},
			{"Average", "Good idea, so-so finish.", ""},
			{"まあまあ", "普通です。", "JP"},
		},
		{
			{"Good", "Very nice, only the packaging could be lighter.", ""},
			{"Muy bonito", "Llegó rápido y es tal como en la foto. ¡Gracias!", "ES"},
			{"Would buy again", "Solid, and it looks good on the table.", ""},
			{"Bra köp", "Fin kvalitet, men färgen är lite mörkare än på bilden.", "SE"},
			{"Nice gift", "My sister's very happy with it.", ""},
		},
		{
			{"Wonderful!", "Exactly what I was looking for. 😍", ""},
			{"Wunderschön", "Sehr schöne Verarbeitung, gerne wieder!", "DE"},
			{"Świetne", "Polecam każdemu, szybka wysyłka.", "PL"},
			{"Parfait", "Très belle pièce, expédition soignée. Merci à l'équipe !", "FR"},
			{"素晴らしい", "とても気に入りました。また買います。", "JP"},
			{"Love it", "I've bought three of these by now, and \"just one more\" is on its way.", ""},
			{"Top", "Great quality, fast delivery.", ""},
		},
	}
}

// orderNotes returns what customers ask for when they order.
func orderNotes() []string {
	return list("Please leave it with the neighbour.|Geschenk – bitte einpacken 🎁|" +
		"Ring twice, the bell's weak.|Livrer après 18 h, s'il vous plaît.|" +
		"Company order, invoice with VAT number please.|Proszę dzwonić przed dostawą.|" +
		"No plastic wrapping, thank you!")
}
