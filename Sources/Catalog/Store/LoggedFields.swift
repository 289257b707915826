/// One field before and after a change, as the change log says it.
public struct FieldChange: Sendable, Hashable {
  /// The field, such as `context_length` or `pricing.prompt`.
  public let field: String
  /// The value before, nil where there was none.
  public let oldValue: String?
  /// The value after, nil where there is none.
  public let newValue: String?

  /// A changed field.
  public init(field: String, oldValue: String?, newValue: String?) {
    self.field = field
    self.oldValue = oldValue
    self.newValue = newValue
  }
}

extension Offer {
  /// The fields in which this offer differs from an earlier state of it, those that it has no longer at the end.
  ///
  /// - Throws: ``PricingCodingError`` as ``loggedFields()``.
  public func changedFields(since old: Offer) throws(PricingCodingError) -> [FieldChange] {
    var before: [String: String] = [:]
    for (field, value) in try old.loggedFields() { before[field] = value }
    var changes: [FieldChange] = []
    for (field, value) in try loggedFields() {
      let oldValue = before.removeValue(forKey: field)
      if oldValue != value { changes.append(FieldChange(field: field, oldValue: oldValue, newValue: value)) }
    }
    for (field, value) in before.sorted(by: { $0.key < $1.key }) {
      changes.append(FieldChange(field: field, oldValue: value, newValue: nil))
    }
    return changes
  }

  /// The fields that a change log names, with their values as text: lists as JSON arrays, dates as `YYYY-MM-DD`, prices
  /// as one field per member of ``Pricing/json`` except `raw`.
  ///
  /// - Throws: ``PricingCodingError`` when the prices cannot be written as JSON and read again.
  public func loggedFields() throws(PricingCodingError) -> [(field: String, value: String?)] {
    var fields: [(field: String, value: String?)] = [
      ("model_id", modelID),
      ("variant", variant),
      ("name", name),
      ("description", description),
      ("owned_by", ownedBy),
      ("context_length", contextLength.map(String.init)),
      ("max_input", maxInput.map(String.init)),
      ("max_output", maxOutput.map(String.init)),
      ("input_modalities", JSONWriter.array(inputModalities.map(\.rawValue))),
      ("output_modalities", JSONWriter.array(outputModalities.map(\.rawValue))),
      ("supported_parameters", JSONWriter.array(supportedParameters)),
      ("capabilities", JSONWriter.array(capabilities.map(\.rawValue))),
      ("tokenizer", tokenizer),
      ("quantization", quantization),
      ("hugging_face_id", huggingFaceID),
      ("aliases", JSONWriter.array(aliases)),
      ("status", status.rawValue),
      ("created", created.map(String.init)),
      ("deprecation_date", deprecationDate?.description),
      ("expiry_date", expiryDate?.description),
    ]
    for (name, value) in try pricing.members() where name != "raw" { fields.append(("pricing.\(name)", value)) }
    return fields
  }
}

extension JSONWriter {
  /// The text of a JSON array of strings.
  public static func array(_ values: [String]) -> String {
    var writer = JSONWriter()
    writer.array { json in for value in values { json.value(value) } }
    return writer.text
  }
}

extension Pricing {
  fileprivate func members() throws(PricingCodingError) -> [(name: String, value: String)] {
    let object: JSONValue
    do {
      object = try JSONReader.parse(json, limits: .small)
    } catch {
      throw PricingCodingError(member: "", reason: error.description)
    }
    return (object.object?.members ?? []).map { member in
      if let text = member.value.string { return (member.name, text) }
      var writer = JSONWriter()
      writer.value(member.value)
      return (member.name, writer.text)
    }
  }
}
