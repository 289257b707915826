internal import Catalog

/// Which row of which body a value stands in, for messages.
struct RowPlace {
  let format: String
  /// The row's place from 0, or its key.
  let row: String
  /// The offer's id; empty while it is not known.
  var id: String = ""
}

/// The members of an object in a row, read with their kind checked.
///
/// A member that is missing or `null` is nil; one of another kind than asked for is an error that names row and field.
struct Fields {
  let object: JSONObject
  var place: RowPlace
  /// What stands before a member's name in messages, such as `pricing.`.
  var path = ""
  let notes: NoticeLog

  /// The same members, with the offer's id in messages.
  func identified(as id: String) -> Fields {
    var fields = self
    fields.place.id = id
    return fields
  }

  /// The member's value, nil where it is missing or `null`.
  subscript(_ name: String) -> JSONValue? {
    guard let value = object[name], value != .null else { return nil }
    return value
  }

  /// An error about a member.
  func misfit(_ name: String, _ reason: String) -> ImportError {
    .row(format: place.format, row: place.row, id: place.id, field: path + name, reason: reason)
  }

  private func misfit(_ name: String, expected: String, found: JSONValue) -> ImportError {
    misfit(name, "expected \(expected), found \(found.kind)")
  }

  /// Notes something about a member that does not stop the import.
  func note(_ kind: ImportNotice.Kind, _ name: String, _ message: String) {
    notes.add(kind, at: place, field: path + name, message)
  }

  /// Notes something that many rows may have, once for the body and with the number of rows.
  func noteOnce(_ kind: ImportNotice.Kind, _ name: String, _ message: String) {
    notes.addOnce(kind, at: place, field: path + name, message)
  }

  /// Text that must be there and not empty.
  func requiredString(_ name: String) throws(ImportError) -> String {
    guard let value = object[name] else { throw misfit(name, "is missing") }
    guard let text = value.string else { throw misfit(name, expected: "a string", found: value) }
    guard !text.isEmpty else { throw misfit(name, "is empty") }
    return text
  }

  /// Text without white space around it; nil where nothing is left.
  func string(_ name: String) throws(ImportError) -> String? {
    guard let value = self[name] else { return nil }
    guard let text = value.string else { throw misfit(name, expected: "a string", found: value) }
    return Vocabulary.trimmed(text)
  }

  /// A limit in tokens; zero stands for "none stated".
  func tokens(_ name: String) throws(ImportError) -> Int? {
    guard let count = try integer(name), count != 0 else { return nil }
    guard (1...Offer.maximumTokens).contains(count) else {
      throw misfit(name, "\(count) is not between 1 and \(Offer.maximumTokens) tokens")
    }
    return count
  }

  /// A whole number, also one written as `131072.0`.
  func integer(_ name: String) throws(ImportError) -> Int? {
    guard let value = self[name] else { return nil }
    guard case .number(let text) = value else { throw misfit(name, expected: "a whole number", found: value) }
    if let count = Int(text) { return count }
    do {
      if let count = Int(try ExactDecimal(parsing: text).description) { return count }
    } catch {
      throw misfit(name, "expected a whole number, found \(text.prefix(40))")
    }
    throw misfit(name, "expected a whole number, found \(text.prefix(40))")
  }

  /// A truth value.
  func flag(_ name: String) throws(ImportError) -> Bool? {
    guard let value = self[name] else { return nil }
    guard let flag = value.bool else { throw misfit(name, expected: "a boolean", found: value) }
    return flag
  }

  /// Texts, without empty ones; an empty array where the member is missing.
  func strings(_ name: String) throws(ImportError) -> [String] {
    guard let value = self[name] else { return [] }
    guard let elements = value.array else { throw misfit(name, expected: "an array of strings", found: value) }
    var strings: [String] = []
    for (index, element) in elements.enumerated() {
      guard let text = element.string else { throw misfit("\(name)[\(index)]", expected: "a string", found: element) }
      if let text = Vocabulary.trimmed(text) { strings.append(text) }
    }
    return strings
  }

  /// The members of an object.
  func fields(_ name: String) throws(ImportError) -> Fields? {
    guard let value = self[name] else { return nil }
    guard let object = value.object else { throw misfit(name, expected: "an object", found: value) }
    return Fields(object: object, place: place, path: "\(path)\(name).", notes: notes)
  }

  /// The objects of an array; an empty array where the member is missing.
  func list(_ name: String) throws(ImportError) -> [Fields] {
    guard let value = self[name] else { return [] }
    guard let elements = value.array else { throw misfit(name, expected: "an array of objects", found: value) }
    var list: [Fields] = []
    for (index, element) in elements.enumerated() {
      let member = "\(name)[\(index)]"
      guard let object = element.object else { throw misfit(member, expected: "an object", found: element) }
      list.append(Fields(object: object, place: place, path: "\(path)\(member).", notes: notes))
    }
    return list
  }

  /// A day; one that cannot be read, or that stands for "never", is dropped with a notice.
  func day(_ name: String) throws(ImportError) -> CalendarDate? {
    guard let text = try string(name) else { return nil }
    guard let day = CalendarDate(text) else {
      note(.droppedValue, name, "\"\(text.prefix(40))\" is not a date")
      return nil
    }
    // Providers write the year 2098 or later for offers that do not end.
    guard day.components.year < 2098 else { return nil }
    return day
  }

  /// What the true members among `names` stand for.
  func capabilities(_ names: KeyValuePairs<String, Capability>) throws(ImportError) -> [Capability] {
    var capabilities: [Capability] = []
    for (name, capability) in names where try flag(name) == true { capabilities.append(capability) }
    return capabilities
  }

  /// The modalities in an array; unknown ones are left out with a notice.
  func modalities(_ name: String) throws(ImportError) -> [Modality] {
    try strings(name).compactMap { text in
      let modality = Vocabulary.modality(text)
      if modality == nil { noteOnce(.droppedValue, name, "unknown modality \"\(text.prefix(40))\"") }
      return modality
    }
  }
}
