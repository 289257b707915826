import Catalog

/// Offers as a table for people; prices are per million tokens, as providers print them.
enum OfferTable {
  static func print(_ offers: some Sequence<CatalogOffer>) {
    var table = Table("provider", "id", ">context", ">prompt/M", ">completion/M", "price", "canonical id")
    for offer in offers {
      table.add(
        offer.provider.slug.text, offer.offer.id, Output.grouped(offer.offer.contextLength),
        Output.perMillion(offer.offer.pricing[.prompt]), Output.perMillion(offer.offer.pricing[.completion]),
        offer.offer.pricing.state.rawValue, offer.identity.key.text)
    }
    table.print()
  }
}
