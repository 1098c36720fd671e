package demo

import "strings"

// country is a row of the table countries, together with what is needed to make
// up customers who live there.
type country struct {
	code, name, currency string
	population           int64
	vat                  int // vat is the tax rate in hundredths of a percent.
	eu                   bool
	share                int // share is the weight of the country among customers.
	dial                 string
	given, family        []string
	cities               []string
}

// list splits a text at its bars.
func list(text string) []string {
	return strings.Split(text, "|")
}

// countryData returns all countries. Those with a share of zero have no
// customers.
func countryData() []country {
	return []country{
		{"AT", "Austria", "EUR", 9_160_000, 2000, true, 5, "+43",
			list("Anna|Lukas|Sophie|Maximilian|Magdalena|Jakob"),
			list("Gruber|Huber|Wagner|Pichler|Steiner|Höller"),
			list("Vienna|Graz|Linz|Salzburg")},
		{"BR", "Brazil", "BRL", 203_100_000, 1700, false, 3, "+55",
			list("João|Mariana|Thiago|Letícia|Antônio|Luíza"),
			list("Silva|Souza|Gonçalves|Araújo|Conceição|Magalhães"),
			list("São Paulo|Recife|Belém|Florianópolis")},
		{"CH", "Switzerland", "CHF", 8_960_000, 810, false, 5, "+41",
			list("Noémie|Reto|Urs|Céline|Beat|Chiara"),
			list("Meier|Zürcher|Favre|Bühler|Rochat|Bernasconi"),
			list("Zürich|Geneva|Bern|Lugano")},
		{"CZ", "Czechia", "CZK", 10_900_000, 2100, true, 4, "+420",
			list("Jiří|Tereza|Ondřej|Kateřina|Tomáš|Zdeňka"),
			list("Novák|Dvořák|Svobodová|Procházka|Kučerová|Růžička"),
			list("Prague|Brno|Plzeň|Olomouc")},
		{"DE", "Germany", "EUR", 83_500_000, 1900, true, 20, "+49",
			list("Zoë|Jürgen|Lena|Finn|Käthe|Matthias|Aylin|Björn|Sabine|Jonas"),
			list("Müller|Schmidt|Groß|Fischer|Schäfer|Yılmaz|Köhler|Weiß|Becker|von der Heide"),
			list("Berlin|Köln|Leipzig|München|Hamburg|Tübingen")},
		{"DK", "Denmark", "DKK", 5_960_000, 2500, true, 4, "+45",
			list("Søren|Mette|Rasmus|Astrid|Jørgen|Freja"),
			list("Nielsen|Sørensen|Kjær|Østergaard|Holm|Bæk"),
			list("København|Aarhus|Odense|Ålborg")},
		{"ES", "Spain", "EUR", 48_600_000, 2100, true, 8, "+34",
			list("José|Lucía|Íñigo|Sofía|Andrés|Begoña|Álvaro|Inés"),
			list("García López|Muñoz|Ibáñez|Fernández|Peña|Núñez Ortiz|Gómez|Castaño"),
			list("Madrid|Málaga|A Coruña|Valencia|León")},
		{"FR", "France", "EUR", 68_400_000, 2000, true, 12, "+33",
			list("Chloé|François|Anaïs|Jérôme|Océane|Loïc|Élodie|Mathieu"),
			list("Lefèvre|Dupont|D'Artois|Bérenger|Gauthier|Saint-Saëns|Moreau|Noël"),
			list("Paris|Lyon|Nîmes|Besançon|Orléans")},
		{"GB", "United Kingdom", "GBP", 68_300_000, 2000, false, 10, "+44",
			list("Oliver|Siân|Amelia|Callum|Priya|Rhys|Charlotte|Zoe"),
			list("Smith|Patel|O'Connor|Lloyd-Jones|Taylor|MacDonald|Hughes|Brontë"),
			list("London|Bristol|Edinburgh|Cardiff|Leeds")},
		{"GR", "Greece", "EUR", 10_400_000, 2400, true, 3, "+30",
			list("Γιώργος|Ελένη|Δημήτρης|Μαρία|Νίκος|Αθηνά"),
			list("Παπαδόπουλος|Νικολάου|Γεωργίου|Οικονόμου|Βασιλείου|Αλεξίου"),
			list("Αθήνα|Θεσσαλονίκη|Πάτρα")},
		{"IE", "Ireland", "EUR", 5_380_000, 2300, true, 5, "+353",
			list("Seán|Aoife|Ciarán|Niamh|Pádraig|Róisín"),
			list("O'Brien|Murphy|Ó Súilleabháin|Byrne|O'Neill|Kelly"),
			list("Dublin|Cork|Galway|Dún Laoghaire")},
		{"IS", "Iceland", "ISK", 383_000, 2400, false, 0, "+354", nil, nil, nil},
		{"IT", "Italy", "EUR", 58_900_000, 2200, true, 8, "+39",
			list("Niccolò|Giulia|Lorenzo|Francesca|Matteo|Beatrice|Noè|Alice"),
			list("Rossi|D'Angelo|Esposito|Nicolò|Bianchi|Dell'Acqua|Ferrari|Greco"),
			list("Milano|Torino|Forlì|Bologna|Palermo")},
		{"JP", "Japan", "JPY", 123_800_000, 1000, false, 4, "+81",
			list("花子|太郎|陽菜|蓮|さくら|健一"),
			list("山田|佐藤|鈴木|高橋|渡辺|小林"),
			list("東京|京都|大阪|札幌")},
		{"LU", "Luxembourg", "EUR", 672_000, 1700, true, 0, "+352", nil, nil, nil},
		{"NL", "Netherlands", "EUR", 17_900_000, 2100, true, 7, "+31",
			list("Daan|Noor|Jeroen|Fleur|Sjoerd|Renée|Thijs|Maaike"),
			list("de Vries|van Dijk|Jansen|'t Hart|Bakker|de Jong|Visser|van den Berg"),
			list("Amsterdam|Utrecht|'s-Hertogenbosch|Groningen")},
		{"NO", "Norway", "NOK", 5_550_000, 2500, false, 4, "+47",
			list("Håkon|Ingrid|Øyvind|Solveig|Bjørn|Åse"),
			list("Hansen|Ødegård|Bakken|Sæther|Lie|Nygård"),
			list("Oslo|Bergen|Tromsø|Ålesund")},
		{"PL", "Poland", "PLN", 37_600_000, 2300, true, 8, "+48",
			list("Łukasz|Agnieszka|Paweł|Małgorzata|Michał|Żaneta|Stanisław|Zofia"),
			list("Wójcik|Kowalska|Wiśniewski|Dąbrowska|Błaszczyk|Źródłowska|Lewandowski|Król"),
			list("Warszawa|Kraków|Łódź|Gdańsk|Poznań")},
		{"PT", "Portugal", "EUR", 10_640_000, 2300, true, 3, "+351",
			list("Inês|Gonçalo|Beatriz|Tomé|Conceição|Rúben"),
			list("Ferreira|Simões|Magalhães|Guimarães|Lopes|Brandão"),
			list("Lisboa|Porto|Évora|Setúbal")},
		{"SE", "Sweden", "SEK", 10_570_000, 2500, true, 5, "+46",
			list("Åsa|Göran|Linnéa|Björn|Märta|Oskar"),
			list("Andersson|Sjöberg|Lindström|Åkesson|Nyström|Öberg"),
			list("Stockholm|Göteborg|Malmö|Umeå")},
		{"TR", "Türkiye", "TRY", 85_500_000, 2000, false, 3, "+90",
			list("Ayşe|Çağlar|Gülşen|Işık|Ömer|Şebnem"),
			list("Yıldız|Öztürk|Çelik|Şahin|Doğan|Kılıç"),
			list("İstanbul|Ankara|İzmir")},
		{"US", "United States", "USD", 340_100_000, 0, false, 9, "+1",
			list("Emma|Liam|Renée|José|Ava|DeShawn|Mia|Ethan"),
			list("Johnson|O'Reilly|Nguyen|Peña|Williams|Kim|St. John|Rosenberg"),
			list("New York|Portland|San José|Austin|Chicago")},
	}
}

// person is a customer with a fixed name, so that examples can rely on it.
type person struct {
	given, family, city, country string
}

// firstCustomers returns the people who signed up first.
func firstCustomers() []person {
	return []person{
		{"Zoë", "Müller", "Berlin", "DE"},
		{"Łukasz", "Wójcik", "Kraków", "PL"},
		{"Seán", "O'Brien", "Galway", "IE"},
		{"花子", "山田", "京都", "JP"},
		{"Chloé", "D'Artois", "Nîmes", "FR"},
		{"José", "García López", "Málaga", "ES"},
		{"Γιώργος", "Παπαδόπουλος", "Αθήνα", "GR"},
		{"Amelia", "Smith", "Bristol", "GB"},
	}
}

// employee is a row of the table employees.
type employee struct {
	given, family, title string
	manager              int // manager is the number of an earlier employee, or zero.
	salary               int // salary is the yearly pay in cents.
	hired, left          string
	sells                bool // sells tells whether the employee takes orders.
}

// employeeData returns the staff, managers before the people they manage.
func employeeData() []employee {
	return []employee{
		{"Margarethe", "Sjögren", "Managing Director", 0, 11_800_000, "2023-01-01", "", false},
		{"Tomasz", "Zieliński", "Head of Sales", 1, 8_450_000, "2023-01-01", "", true},
		{"Aisling", "O'Hara", "Head of Logistics", 1, 8_120_000, "2023-01-01", "", false},
		{"René", "Lacroix", "Head of Purchasing", 1, 7_990_050, "2023-01-09", "", false},
		{"Yuki", "Tanaka", "Head of Technology", 1, 9_230_000, "2023-02-01", "", false},
		{"Beyza", "Aksoy", "Sales Representative", 2, 4_680_000, "2023-01-02", "", true},
		{"Nils", "Åberg", "Sales Representative", 2, 4_575_000, "2023-01-02", "2024-09-30", true},
		{"Carla", "Benítez", "Sales Representative", 2, 4_710_000, "2023-06-15", "", true},
		{"Femke", "de Boer", "Sales Representative", 2, 4_490_000, "2024-03-01", "", true},
		{"Kwame", "Mensah", "Sales Representative", 2, 4_520_000, "2024-10-01", "", true},
		{"Ráhel", "Szőke", "Sales Trainee", 6, 2_640_000, "2025-08-01", "", true},
		{"Piotr", "Gajda", "Warehouse Lead", 3, 4_360_000, "2023-01-02", "", false},
		{"Jana", "Křížová", "Warehouse Clerk", 12, 3_310_000, "2023-01-16", "", false},
		{"Dragan", "Petrović", "Warehouse Clerk", 12, 3_295_000, "2023-05-02", "2025-02-28", false},
		{"Meera", "Iyer", "Warehouse Clerk", 12, 3_280_000, "2024-11-04", "", false},
		{"Enzo", "Marchetti", "Buyer", 4, 4_890_000, "2023-03-01", "", false},
		{"Hélène", "Girard", "Buyer", 4, 4_935_050, "2024-01-15", "", false},
		{"Олександр", "Шевченко", "Software Developer", 5, 6_720_000, "2023-04-03", "", false},
		{"Grace", "Adeyemi", "Data Analyst", 5, 5_985_000, "2024-05-01", "", false},
		{"Ólafur", "Þórsson", "Support Agent", 2, 3_540_000, "2023-09-01", "", false},
		{"Σοφία", "Λεβέντη", "Support Agent", 2, 3_475_000, "2025-03-17", "", false},
	}
}

// supplierNames returns the names of the suppliers, each with the code of its
// country.
func supplierNames() [][2]string {
	return [][2]string{
		{"Töpferhof Lüneburg", "DE"}, {"Feinwerk & Söhne GmbH", "DE"}, {"Kerzenmanufaktur Weiß", "DE"},
		{"Ateliers de l'Étang", "FR"}, {"Maison Crème Brûlée", "FR"}, {"Papeterie Noël", "FR"},
		{"O'Malley Linen Mills", "IE"}, {"Hebden & Daughters Ltd", "GB"}, {"The \"Good Tin\" Company", "GB"},
		{"Ceramika Bolesław", "PL"}, {"Huta Szkła Jasło", "PL"}, {"Azulejos do Porto", "PT"},
		{"Cuchillos Núñez", "ES"}, {"Especias El Ñandú", "ES"}, {"Torrefazione Caffè Più", "IT"},
		{"Legno d'Oro", "IT"}, {"Jansen Bloembollen", "NL"}, {"Fjällskog Trä", "SE"},
		{"Nordlys Design A/S", "DK"}, {"Ullvarefabrikken Ås", "NO"}, {"Sklárna Jizera", "CZ"},
		{"京都茶舗", "JP"}, {"和紙工房 Sakura", "JP"}, {"Café Serra Azul", "BR"},
		{"Lëtzebuerger Schockela", "LU"}, {"Alpenkräuter Höller", "AT"}, {"Uhrwerk Züri", "CH"},
		{"Íslensk Ull ehf.", "IS"},
	}
}
