public import Catalog

/// The project's own format: one JSON document with everything that is known about every offer.
///
///     {"format":"modelcatalog/1","exported_at":"2026-01-01T00:00:00Z","source":{"license":"…","name":"…"},
///      "providers":[
///     {"slug":"openrouter","name":"OpenRouter"}],
///      "offers":[
///     {"provider":"openrouter","id":"openai/gpt-4o","name":"GPT-4o",…,"pricing":{"state":"priced","prompt":"0.0000025"}},
///     …]}
///
/// Each provider and offer stands on a line of its own, members are in a fixed order, and those that say nothing are left
/// out, so that two exports can be compared line by line. Prices are decimal strings, see ``Pricing/json``.
public enum NativeFormat {
  /// What the member `format` says.
  public static let version = "modelcatalog/1"

  /// Writes a catalog.
  ///
  /// - Parameters:
  ///   - parts: the providers and their offers, in the order in which they shall stand.
  ///   - metadata: facts about the data as a whole, such as its license; they become the member `source`.
  ///   - exportedAt: the time of the export, ISO 8601 in UTC.
  ///   - includeDescriptions: whether the offers' descriptions are written; a document without any keeps those that its
  ///     reader has.
  /// - Returns: the document in UTF-8.
  public static func write(
    parts: [ProviderPart], metadata: [String: String], exportedAt: String, includeDescriptions: Bool
  ) -> [UInt8] {
    var json = JSONWriter(capacity: parts.reduce(1_024) { $0 + $1.offers.count * 512 })
    json.object { json in
      json.member("format", version)
      json.member("exported_at", exportedAt)
      json.name("source")
      json.object { json in
        for (name, value) in metadata.sorted(by: { $0.key < $1.key }) where name != exportedAtName {
          json.name(dynamic: name)
          json.value(value)
        }
      }
      json.name("providers")
      writeLines(of: parts.map(\.provider), to: &json) { $1.write(to: &$0) }
      json.name("offers")
      writeLines(of: parts.lazy.flatMap(\.offers), to: &json) { json, offer in
        offer.write(to: &json, includingDescription: includeDescriptions)
      }
    }
    return json.bytes + [0x0A]
  }

  /// The name under which a reader finds the time of the export among the metadata.
  static let exportedAtName = "exported_at"

  private static func writeLines<Elements: Sequence>(
    of elements: Elements, to json: inout JSONWriter, _ write: (inout JSONWriter, Elements.Element) -> Void
  ) {
    var lines: [UInt8] = []
    for element in elements {
      lines += lines.isEmpty ? [0x0A] : [UInt8(ascii: ","), 0x0A]
      var line = JSONWriter()
      write(&line, element)
      lines += line.bytes
    }
    json.array { $0.rawElements(lines) }
  }
}

extension Provider {
  fileprivate func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("slug", slug.text)
      json.member("name", name)
      if let siteURL { json.member("site_url", siteURL) }
    }
  }
}

extension Offer {
  /// Writes the members that ``NativeOffer`` reads.
  fileprivate func write(to json: inout JSONWriter, includingDescription: Bool) {
    json.object { json in
      json.member("provider", provider.text)
      json.member("id", modelID)
      if let variant { json.member("variant", variant) }
      json.member("name", name)
      if includingDescription, let description { json.member("description", description) }
      if let ownedBy { json.member("owned_by", ownedBy) }
      if let contextLength { json.member("context_length", contextLength) }
      if let maxInput { json.member("max_input", maxInput) }
      if let maxOutput { json.member("max_output", maxOutput) }
      writeLists(to: &json)
      if let tokenizer { json.member("tokenizer", tokenizer) }
      if let quantization { json.member("quantization", quantization) }
      if let huggingFaceID { json.member("hugging_face_id", huggingFaceID) }
      if !aliases.isEmpty { json.member("aliases", aliases) }
      json.member("status", status.rawValue)
      if let created { json.member("created", created) }
      if let deprecationDate { json.member("deprecation_date", deprecationDate.description) }
      if let expiryDate { json.member("expiry_date", expiryDate.description) }
      json.name("pricing")
      pricing.write(to: &json)
      json.member("source", source)
      json.member("observed_at", observedAt)
    }
  }

  private func writeLists(to json: inout JSONWriter) {
    if !inputModalities.isEmpty { json.member("input_modalities", inputModalities.map(\.rawValue)) }
    if !outputModalities.isEmpty { json.member("output_modalities", outputModalities.map(\.rawValue)) }
    if !supportedParameters.isEmpty { json.member("supported_parameters", supportedParameters) }
    if !capabilities.isEmpty { json.member("capabilities", capabilities.map(\.rawValue)) }
  }
}
