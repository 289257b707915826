/// What several processes export, as one text: each sample gets a label that says whose it is.
///
/// It reads what ``PrometheusRegistry/render()`` writes, of this or of another version of the program, and nothing else of the
/// text format.
public struct MergedExposition: Sendable {
  private struct Family: Sendable {
    let name: String
    let help: ArraySlice<UInt8>
    let type: ArraySlice<UInt8>
    var samples: [UInt8] = []
  }

  private var families: [String: Family] = [:]

  /// A text without metrics.
  public init() {}

  /// Adds what one process exports, or nothing of it.
  ///
  /// A metric that another process exports as another type is left out: two versions of the program run side by side.
  ///
  /// - Parameters:
  ///   - text: its metrics.
  ///   - label: the name of the label that its samples get, one that Prometheus allows and none of them has.
  ///   - value: the value of the label.
  /// - Throws: ``UnreadableExposition``.
  public mutating func add(_ text: [UInt8], label: String, value: String) throws(UnreadableExposition) {
    for family in try Self.read(text, label: label, value: value) {
      if let known = families[family.name] {
        if known.type == family.type { families[family.name]?.samples += family.samples }
      } else {
        families[family.name] = family
      }
    }
  }

  private static func read(
    _ text: [UInt8], label: String, value: String
  ) throws(UnreadableExposition) -> [Family] {
    guard !text.isEmpty else { return [] }
    guard text.last == UInt8(ascii: "\n") else { throw UnreadableExposition(line: 0, reason: .cutOff) }
    guard String(validating: text, as: UTF8.self) != nil else { throw UnreadableExposition(line: 0, reason: .notUTF8) }
    let mark = Array("\(label)=\"\(ExpositionText.escape(value, quotes: true))\"".utf8)
    var families: [Family] = []
    var help: (name: ArraySlice<UInt8>, text: ArraySlice<UInt8>) = ([], [])
    let lines = text.dropLast().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (number, line) in zip(1..., lines) {
      guard let read = ExpositionLine(line) else { throw UnreadableExposition(line: number, reason: .notALine) }
      switch read {
      case .help(let name, let text): help = (name, text)
      case .type(let name, let type):
        let text = help.name == name ? help.text : []
        families.append(Family(name: String(decoding: name, as: UTF8.self), help: text, type: type))
      case .sample(let sample):
        guard let family = families.indices.last, sample.belongs(to: families[family].name) else {
          throw UnreadableExposition(line: number, reason: .foreignSample)
        }
        guard !sample.hasLabel(label) else { throw UnreadableExposition(line: number, reason: .labelTaken) }
        sample.write(to: &families[family].samples, adding: mark)
      }
    }
    return families
  }

  /// Everything that was added in the Prometheus text format 0.0.4, sorted by name; the samples of a metric in the order in
  /// which they were added.
  public func render() -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(families.values.reduce(0) { $0 + $1.samples.count + $1.help.count + 120 })
    for (name, family) in families.sorted(by: { $0.key < $1.key }) where !family.samples.isEmpty {
      text += "# HELP \(name) ".utf8
      text += family.help
      text += "\n# TYPE \(name) ".utf8
      text += family.type
      text += "\n".utf8
      text += family.samples
    }
    return text
  }
}

/// Why metrics cannot be merged with others.
public struct UnreadableExposition: Error, Equatable, CustomStringConvertible {
  /// What can be wrong.
  public enum Reason: String, Sendable {
    /// The last line has no end.
    case cutOff = "the text is cut off"
    /// Bytes that are no text.
    case notUTF8 = "the text is not UTF-8"
    /// A line of another form.
    case notALine = "this is no line that a registry writes"
    /// A sample stands under the name of another metric, or under none.
    case foreignSample = "the sample does not belong to the metric above it"
    /// A sample has the label that is to be added.
    case labelTaken = "the sample has the label already"
  }

  /// The number of the line, from 1; 0 where the whole text is meant.
  public let line: Int
  /// What is wrong.
  public let reason: Reason

  /// What is wrong, for a person.
  public var description: String { line == 0 ? reason.rawValue : "line \(line): \(reason.rawValue)" }
}
