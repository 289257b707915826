/// One made-up model; its number decides everything about it.
struct SyntheticModel {
  /// Who made it.
  let vendor: String
  /// Its name for people, such as `Auroramis 2.5 70B Instruct`.
  let name: String
  /// The largest prompt and answer together, in tokens.
  let contextLength: Int
  /// Whether it takes images.
  let seesImages: Bool
  /// What a provider says about it, 300 to 800 bytes.
  let description: String

  /// Its name in ids, such as `auroramis-2.5-70b-instruct`.
  var slug: String { name.lowercased().replacing(" ", with: "-") }

  /// The model of a number; models of different numbers have different names.
  ///
  /// - Parameter index: from 0 up to about 2.3 million.
  init(index: Int) {
    // A prime factor spreads neighbouring numbers over all names, and still gives every number names of its own.
    var rest = Rest(index &* 1_000_003)
    let vendor = rest.take(from: SyntheticNames.vendors)
    let family = rest.take(from: SyntheticNames.families)
    let size = rest.take(from: SyntheticNames.sizes)
    let kind = rest.take(from: SyntheticNames.kinds)
    let version = "\(rest.take(9) + 1).\(rest.take(10))"
    self.vendor = vendor
    // The vendor is part of the family's name: a bare name must say which model it is.
    name = "\(family)\(vendor.prefix(3)) \(version) \(size) \(kind)"
    contextLength = 8_192 << (index % 6)
    seesImages = kind == "Vision"
    let sentences = SyntheticNames.sentences
    let start = index % sentences.count
    let about = (0..<(2 + index % 4)).map { sentences[(start + $0 * 3) % sentences.count] }
    description =
      "\(name) is a \(size) parameter \(kind.lowercased()) model by \(vendor), released as version \(version) of "
      + "the \(family) family. " + about.joined(separator: " ")
  }

  /// What is left of a number after digits of different bases were taken from it.
  private struct Rest {
    private var number: Int

    init(_ number: Int) { self.number = number }

    mutating func take(_ base: Int) -> Int {
      defer { number /= base }
      return number % base
    }

    mutating func take(from list: [String]) -> String { list[take(list.count)] }
  }
}
