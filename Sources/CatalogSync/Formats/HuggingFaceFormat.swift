internal import Catalog

extension ImportFormat {
  /// One offer for each provider behind the router; a request names it as `MODEL:PROVIDER`.
  static let huggingFaceRouter = ImportFormat(
    "huggingface-router",
    "Hugging Face router list; one offer per model and provider, prices in USD per million tokens",
    provider: "huggingface", layout: .list("data"),
    states: [.contextLength, .capabilities, .modalities, .huggingFaceID, .status, .pricing]
  ) { (row, session) throws(ImportError) in
    let row = row.identified(as: try row.requiredString("id"))
    let sellers = try row.list("providers")
    if sellers.isEmpty { row.note(.skippedRow, "providers", "no provider serves the model") }
    for seller in sellers {
      var offer = try session.offer(row.place.id, in: row)
      offer.variant = try seller.requiredString("provider")
      let seller = seller.identified(as: offer.id)
      offer.created = try row.integer("created")
      offer.ownedBy = try row.string("owned_by")
      offer.huggingFaceID = offer.modelID
      offer.contextLength = try seller.tokens("context_length")
      if try seller.requiredString("status") != "live" { offer.status = .unavailable }
      offer.capabilities = try seller.capabilities([
        "supports_tools": .tools, "supports_structured_output": .structuredOutput,
      ])
      if let architecture = try row.fields("architecture") {
        offer.setModalities(
          input: try architecture.modalities("input_modalities"),
          output: try architecture.modalities("output_modalities"))
      }
      offer.pricing = try routerPrices.pricing(in: seller, of: offer)
      try session.add(offer, from: seller)
    }
  }

  private static let routerPrices = PriceTable(
    ["pricing"], .number, .usdPerMillion, [.init("input", .prompt), .init("output", .completion)])
}
