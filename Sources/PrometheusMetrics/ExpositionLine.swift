/// One line of metrics, in the one form of several that the format allows in which a registry writes it.
enum ExpositionLine {
  case help(name: ArraySlice<UInt8>, text: ArraySlice<UInt8>)
  case type(name: ArraySlice<UInt8>, type: ArraySlice<UInt8>)
  case sample(ExpositionSample)

  /// Reads a line without its end; nil for one of another form.
  init?(_ line: ArraySlice<UInt8>) {
    var scanner = LineScanner(rest: line)
    if scanner.skip("# HELP ") {
      guard let name = scanner.name(allowsColon: true), scanner.skip(" ") else { return nil }
      self = .help(name: name, text: scanner.rest)
    } else if scanner.skip("# TYPE ") {
      guard let name = scanner.name(allowsColon: true), scanner.skip(" "),
        MetricType(rawValue: String(decoding: scanner.rest, as: UTF8.self)) != nil
      else { return nil }
      self = .type(name: name, type: scanner.rest)
    } else {
      guard let sample = ExpositionSample(&scanner) else { return nil }
      self = .sample(sample)
    }
  }
}

/// The value of one series.
struct ExpositionSample {
  private let name: ArraySlice<UInt8>
  /// What stands between the braces; empty without labels.
  private let labels: ArraySlice<UInt8>
  private let labelNames: [ArraySlice<UInt8>]
  private let value: ArraySlice<UInt8>

  private static let endings = ["", "_bucket", "_sum", "_count"].map { Array($0.utf8) }
  private static let words = ["NaN", "+Inf", "-Inf"].map { Array($0.utf8) }

  fileprivate init?(_ scanner: inout LineScanner) {
    guard let name = scanner.name(allowsColon: true) else { return nil }
    self.name = name
    var labelNames: [ArraySlice<UInt8>] = []
    var labels: ArraySlice<UInt8> = []
    if scanner.skip("{") {
      let start = scanner.rest
      repeat {
        guard let label = scanner.name(allowsColon: false), scanner.skip("=\""), scanner.skipQuoted() else {
          return nil
        }
        labelNames.append(label)
      } while scanner.skip(",")
      labels = start[start.startIndex..<scanner.rest.startIndex]
      guard scanner.skip("}") else { return nil }
    }
    guard scanner.skip(" "), Self.isNumber(scanner.rest) else { return nil }
    self.labels = labels
    self.labelNames = labelNames
    value = scanner.rest
  }

  private static func isNumber(_ text: ArraySlice<UInt8>) -> Bool {
    if words.contains(where: { text.elementsEqual($0) }) { return true }
    let isPlain = text.allSatisfy { (0x30...0x39).contains($0) || "+-.e".utf8.contains($0) }
    return isPlain && Double(String(decoding: text, as: UTF8.self)) != nil
  }

  /// Whether it is a sample of a metric; histograms have three names more.
  func belongs(to family: String) -> Bool {
    let family = family.utf8
    guard name.starts(with: family) else { return false }
    let ending = name.dropFirst(family.count)
    return Self.endings.contains { ending.elementsEqual($0) }
  }

  /// Whether it has a label of this name.
  func hasLabel(_ label: String) -> Bool { labelNames.contains { $0.elementsEqual(label.utf8) } }

  /// Writes its line.
  ///
  /// - Parameter label: stands before its own labels, as `name="value"`.
  func write(to text: inout [UInt8], adding label: [UInt8]) {
    text += name
    text.append(UInt8(ascii: "{"))
    text += label
    if !labels.isEmpty { text.append(UInt8(ascii: ",")) }
    text += labels
    text += "} ".utf8
    text += value
    text.append(UInt8(ascii: "\n"))
  }
}

/// Reads a line from its beginning.
private struct LineScanner {
  var rest: ArraySlice<UInt8>

  /// Skips a text, if the line goes on with it.
  mutating func skip(_ text: StaticString) -> Bool {
    let isNext = text.withUTF8Buffer { rest.starts(with: $0) }
    if isNext { rest = rest.dropFirst(text.utf8CodeUnitCount) }
    return isNext
  }

  /// A name of a metric or of a label; nil when there is none.
  mutating func name(allowsColon: Bool) -> ArraySlice<UInt8>? {
    let name = rest.prefix { byte in
      (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "_")
        || (allowsColon && byte == UInt8(ascii: ":"))
    }
    guard let first = name.first, !(0x30...0x39).contains(first) else { return nil }
    rest = rest[name.endIndex...]
    return name
  }

  /// Skips a text up to its closing quote.
  ///
  /// - Returns: whether there is one.
  mutating func skipQuoted() -> Bool {
    var isEscaped = false
    for index in rest.indices {
      switch rest[index] {
      case _ where isEscaped:
        guard "\\\"n".utf8.contains(rest[index]) else { return false }
        isEscaped = false
      case UInt8(ascii: "\\"): isEscaped = true
      case UInt8(ascii: "\""):
        rest = rest[(index + 1)...]
        return true
      default: break
      }
    }
    return false
  }
}
