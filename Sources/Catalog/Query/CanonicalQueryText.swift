extension OfferQuery {
  /// The query as text: the same for queries that mean the same, whatever the order of their parameters, and different for
  /// others. It has the form of an address' query (RFC 3986) and is safe in headers.
  public var canonicalText: String {
    var text = filterText
    text.append("sort", effectiveSort.rawValue)
    if effectiveSort != .relevance, isDescending { text.append("order", "desc") }
    return text.text
  }

  /// The filters, in a fixed order.
  var filterText: CanonicalQueryText {
    var text = CanonicalQueryText()
    text.append("q", words.map { String(decoding: $0.joined, as: UTF8.self) })
    text.append("gateway", providers.map(\.text))
    text.append("developer", developer?.lowercased())
    text.append("input_modality", inputModalities.map(\.rawValue))
    text.append("output_modality", outputModalities.map(\.rawValue))
    text.append("modality", anyModalities.map(\.rawValue))
    text.append("capability", capabilities.map(\.rawValue))
    text.append("min_context", minimumContext?.description)
    text.append("max_context", maximumContext?.description)
    text.append("min_price", minimumPrice?.description)
    text.append("max_price", maximumPrice?.description)
    text.append("is_free", isFree?.description)
    text.append("price_state", priceStates.map(\.rawValue))
    text.append("status", statuses.map(\.rawValue))
    return text
  }
}

/// Writes names and values as `name=value&name=value`, with everything but unreserved characters and commas escaped, so
/// that no value can look like another parameter.
struct CanonicalQueryText {
  private(set) var text = ""

  /// Adds a parameter that has a value.
  mutating func append(_ name: String, _ value: String?) {
    guard let value else { return }
    if !text.isEmpty { text += "&" }
    text += "\(name)="
    for byte in value.utf8 {
      switch byte {
      case 0x61...0x7A, 0x41...0x5A, 0x30...0x39, 0x2D, 0x2E, 0x5F, 0x7E, 0x2C:
        text.unicodeScalars.append(Unicode.Scalar(byte))
      default: text += (byte < 0x10 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }
    }
  }

  /// Adds a list that is not empty, sorted.
  mutating func append(_ name: String, _ values: [String]) {
    if !values.isEmpty { append(name, values.sorted().joined(separator: ",")) }
  }
}
