"""English words outside the vocabulary, many of them near to a word of it: nothing of them may become a value."""

from english_vocabulary import WORDS

_NEAR = """
sick sex fix mix kicks sits sister heaven evan given eleventh oven fine find nice mine vine wine line knife five-star
free tree threw through thing fort form forth court more door floor pour food fur fever weight-lifting hate late plate
ate-up tent tender turn town tune stain train plain fleet tweet twin shirt thirsty dirty thirst forget sorting fitting
sitting sixth seventh eighth ninth hunter hungry under thunder thousands-of print paint joint pint appoint pointer
mind minor minister negate native pulse bus trouble bubble double-check ripple triplet meeting miller metal matter
centre central middle grams-of crown gray kilo color micro mike decree agree deck recent present per-cent watch what
wolf bolt vault amber camp hurts heart bark car far power second-hand lend lunch lent wide with wet height-of hide high
thick sickness deaf death dentist daddy metre-long rather radio radar in-a inn water utter hall hold whole-day board
born ankle uncle round ground flat flag rough tough press pleasure wait-for way temper tempo and-then sand hand send
""".split()
_USUAL = """
about above across after afternoon air all almost always am an animal another answer any apple are arm around as ask
away baby back bad bag ball bank bath because bed before begin behind believe below best better between big bird black
blue boat body book both bottle box boy bread break bridge bring brother brown build business busy but buy cake call
can cannot captain card care carry cat catch chair cheap child choose church city class clean clear climb clock close
clothes cloud coffee cold come cook cool corner cost could country cover cross cup cut dance dark day dear did dinner do
doctor does dog done down draw dream dress drink drive drop dry during each ear early earth easy eat edge egg else
empty end engine enough evening ever every eye face fact fall family farm fast father feel feet few field fill fire
first fish floor flower fly follow foot forest friend from front fruit full game garden gave get girl give glass go gold
gone good got grass great green grow guess had hair half hand happy hard has hat have he head hear hello her here him his
history home hope horse hospital hot hour house how hundredfold hurry ice idea if important in island its job join
jump just keep key kind king kitchen know lady lake land language large laugh lead learn leave left leg lesson let
letter library life light like listen little live long look lose loud love low lucky machine made man many map market
may me mean meat men milk miss money month moon morning most mother mountain mouth move much music must my name near
need never new news night noise north nose nothing now of off office often old on only open or orange order other our
out over own page paper parent park party pass pay pen pencil people perhaps person phone picture place plan plane play
pocket police poor post pretty price problem pull push put question quick quiet rain reach read ready real red rest
rice rich ride ring river road room rule run sad said salt same sat saw school sea see seem sell sentence set shall she
ship shoe shop short should shoulder show side sing sit sky sleep slow small smile snow so some son song soon sorry
sound soup south speak spring stand star start station stay still stone stop story street strong student study such
sugar summer sun supper sure sweet swim table take talk tall tea teacher tell than thank their them then there these
they think this those thought throw time tired today together tomorrow too took tool top town toy travel tried truck
true try turn uncle under understand until up us use usual very visit voice walk wall want war warm was wash we
wear weather week well went were west wheel when where which while white who why wife wild will wind window winter wish
woman wonder wood word work world worry would write year yellow yesterday you young your drawing sample gauge operator
shift lathe mill spindle coolant tool-holder supplier customer delivery pallet forklift
""".split()

OUTSIDE_WORDS = [word for word in dict.fromkeys(_NEAR + _USUAL) if word not in WORDS and "-" not in word]
