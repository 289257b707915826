import Catalog

/// Numbers, prices and times as the console writes them.
enum ConsoleText {
  /// What stands where nothing is known.
  static let nothing = "–"

  /// A whole number with its thousands apart: `131,072`.
  static func grouped(_ number: Int) -> String {
    let digits = String(number.magnitude)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return number < 0 ? "-\(text)" : text
  }

  /// A number of tokens, or that it is not known.
  static func tokens(_ number: Int?) -> String { number.map(grouped) ?? nothing }

  /// An exact amount with at least two places: `$2.50`, `$0.0518308`.
  static func dollars(_ amount: ExactDecimal) -> String {
    let parts = amount.description.split(separator: ".", omittingEmptySubsequences: false)
    let fraction = parts.count > 1 ? String(parts[1]) : ""
    let padded = fraction + String(repeating: "0", count: max(0, 2 - fraction.count))
    let whole = Int(parts[0]).map(grouped) ?? String(parts[0])
    return "$\(whole).\(padded)"
  }

  /// A price: by the million tokens as `$2.50`, by anything else as `$0.04 / image`.
  static func price(_ price: Price) -> String {
    guard price.unit == .token else { return "\(dollars(price.amount)) / \(price.unit.rawValue)" }
    return perMillion(price.amount).map(dollars) ?? "\(dollars(price.amount)) / token"
  }

  /// The price of a million tokens, exactly; nil where it has too many digits.
  static func perMillion(_ amount: ExactDecimal) -> ExactDecimal? {
    do { return try amount.shifted(by: 6) } catch { return nil }
  }

  /// What is known about a price, in a word or two.
  static func state(_ state: PriceState) -> String {
    switch state {
    case .priced: "priced"
    case .free: "free"
    case .dynamic: "varies"
    case .unknown: "unknown"
    case .notTokenPriced: "not by token"
    }
  }

  /// A time of the change log without its seconds: `2026-05-21 08:22`.
  static func time(_ iso: String) -> String {
    let parts = iso.prefix(16).split(separator: "T")
    return parts.joined(separator: " ")
  }

  /// A time in seconds since 1970 in the same form.
  static func time(unixSeconds: Int) -> String {
    guard let day = CalendarDate(unixSeconds: unixSeconds) else { return nothing }
    let second = unixSeconds - day.unixSeconds
    let two = { (value: Int) in value < 10 ? "0\(value)" : String(value) }
    return "\(day) \(two(second / 3_600)):\(two(second / 60 % 60))"
  }

  /// A duration in the unit that suits it: `12 µs`, `3.4 ms`, `2.1 s`, `14 min`.
  static func duration(_ duration: Duration) -> String {
    let microseconds = Int(max(0, min(duration / .microseconds(1), 1e18)))
    switch microseconds {
    case ..<1_000: return "\(microseconds) µs"
    case ..<1_000_000: return "\(tenths(microseconds, of: 1_000)) ms"
    case ..<120_000_000: return "\(tenths(microseconds, of: 1_000_000)) s"
    default: return "\(grouped(microseconds / 60_000_000)) min"
    }
  }

  /// Bytes in the unit that suits them: `412 B`, `3.4 MB`.
  static func bytes(_ count: Int) -> String {
    switch count {
    case ..<1_000: "\(count) B"
    case ..<1_000_000: "\(tenths(count, of: 1_000)) kB"
    default: "\(tenths(count, of: 1_000_000)) MB"
    }
  }

  private static func tenths(_ number: Int, of unit: Int) -> String {
    let tenths = (number * 10 + unit / 2) / unit
    return tenths % 10 == 0 || tenths >= 1_000 ? grouped(tenths / 10) : "\(tenths / 10).\(tenths % 10)"
  }
}
