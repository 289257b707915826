internal import Catalog

/// Reads one provider of a configuration.
struct ConfigurationReader {
  /// The provider's place in the file, from 1.
  let number: Int
  private let object: JSONObject

  private static let members = [
    "slug", "url", "name", "site_url", "format", "authentication", "key_variable", "paging", "minimum_offers",
  ]

  init(_ value: JSONValue, number: Int) throws(ProviderConfigurationError) {
    self.number = number
    guard let object = value.object else {
      throw .member(provider: number, slug: "", member: "provider", reason: "expected an object, found \(value.kind)")
    }
    self.object = object
    for (name, _) in object.members where !Self.members.contains(name) {
      throw misfit(name, "is not known; there are \(Self.members.joined(separator: ", "))")
    }
  }

  /// An error about a member.
  func misfit(_ member: String, _ reason: String) -> ProviderConfigurationError {
    .member(provider: number, slug: object["slug"]?.string ?? "", member: member, reason: reason)
  }

  /// What the object says.
  func adapter() throws(ProviderConfigurationError) -> ProviderAdapter {
    let slug = try slug()
    let address = try address("url", required(string("url"), "url"), allowsVariables: true)
    var site = address.origin
    if let text = try string("site_url") { site = try self.address("site_url", text, allowsVariables: false).text }
    return ProviderAdapter(
      slug, try string("name") ?? slug.text, site: site, url: address.text, authentication: try authentication(),
      paging: try paging(), format: try format(), minimumOffers: try minimumOffers(),
      // What an operator writes down is not what this project has seen.
      evidence: .reported)
  }

  private func slug() throws(ProviderConfigurationError) -> ProviderSlug {
    let text = try required(string("slug"), "slug")
    let slug: ProviderSlug
    do {
      slug = try ProviderSlug(text)
    } catch {
      throw misfit("slug", error.description)
    }
    guard !ProviderAdapter.curated.contains(where: { $0.slug == slug }) else {
      throw misfit("slug", "is that of a catalog of many providers, which a configuration cannot replace")
    }
    return slug
  }

  private func format() throws(ProviderConfigurationError) -> ImportFormat {
    guard let name = try string("format") else { return .openAI }
    let format: ImportFormat
    do {
      format = try ImportFormat.named(name)
    } catch {
      throw misfit("format", error.description)
    }
    guard !format.isMultiProvider else { throw misfit("format", "is that of a catalog of many providers") }
    return format
  }

  private func authentication() throws(ProviderConfigurationError) -> ProviderAdapter.Authentication {
    let variable = try string("key_variable")
    if let variable, !ProviderAddress.isVariable(variable) {
      throw misfit(
        "key_variable", "expected the name of an environment variable such as ACME_API_KEY, not the key itself")
    }
    switch object["authentication"] {
    case nil: return variable.map { .bearer($0) } ?? .none
    case .string("none"):
      guard variable == nil else { throw misfit("key_variable", "has no meaning where authentication is \"none\"") }
      return .none
    case .string("bearer"): return .bearer(try required(variable, "key_variable"))
    case .string("optional"): return .optionalBearer(try required(variable, "key_variable"))
    case .object(let members):
      guard let header = members["header"]?.string, members.members.count == 1, Self.isHeader(header) else {
        throw misfit("authentication", "expected {\"header\":\"x-api-key\"}, with a field of the provider's own")
      }
      return .header(header, try required(variable, "key_variable"))
    case .some:
      throw misfit("authentication", "expected \"bearer\", \"optional\", \"none\" or {\"header\":\"x-api-key\"}")
    }
  }

  private func paging() throws(ProviderConfigurationError) -> ProviderAdapter.Paging {
    switch object["paging"] {
    case nil, .string("none"): return .none
    case .string("link"): return .link
    case .object(let members):
      if let paging = Self.paging(members) { return paging }
      fallthrough
    case .some:
      throw misfit(
        "paging",
        "expected \"none\", \"link\", {\"token\":\"page_token\",\"from\":\"next_page_token\"} (perhaps with \"while\"), "
          + "{\"number\":\"page\",\"size\":100}, {\"offset\":\"offset\",\"size\":100} or {\"address\":\"next\"}; "
          + "sizes are from 1 to \(Self.maximumPage)")
    }
  }

  private static let maximumPage = 10_000

  private static func paging(_ members: JSONObject) -> ProviderAdapter.Paging? {
    let names = Set(members.members.map(\.name))
    let name = { (member: String) in members[member]?.string.flatMap { isName($0) ? $0 : nil } }
    let size = members["size"]?.int.flatMap { (1...maximumPage).contains($0) ? $0 : nil }
    if names == ["token", "from"] || names == ["token", "from", "while"] {
      guard let parameter = name("token"), let member = name("from") else { return nil }
      if names.count == 2 { return .token(parameter, from: member) }
      return name("while").map { .token(parameter, from: member, while: $0) }
    }
    if names == ["number", "size"], let parameter = name("number"), let size { return .number(parameter, size: size) }
    if names == ["offset", "size"], let parameter = name("offset"), let size { return .offset(parameter, size: size) }
    if names == ["address"], let member = name("address") { return .address(member) }
    return nil
  }

  private func minimumOffers() throws(ProviderConfigurationError) -> Int {
    guard let value = object["minimum_offers"] else { return 1 }
    guard let count = value.int, (1...1_000_000).contains(count) else {
      throw misfit("minimum_offers", "expected a whole number from 1 to 1000000")
    }
    return count
  }

  private func address(
    _ member: String, _ text: String, allowsVariables: Bool
  ) throws(ProviderConfigurationError) -> ProviderAddress {
    do {
      return try ProviderAddress(text, allowsVariables: allowsVariables)
    } catch {
      throw misfit(member, error.reason)
    }
  }

  /// Text of a printable length on one line, nil where the member is missing.
  private func string(_ member: String) throws(ProviderConfigurationError) -> String? {
    guard let value = object[member] else { return nil }
    guard let text = value.string else { throw misfit(member, "expected a string, found \(value.kind)") }
    guard let trimmed = Vocabulary.trimmed(text) else { throw misfit(member, "is empty") }
    guard text.utf8.count <= ProviderAddress.maximumLength else {
      throw misfit(member, "is longer than \(ProviderAddress.maximumLength) bytes")
    }
    guard Vocabulary.printable(text, maximum: text.count) == text else {
      throw misfit(member, "has control characters")
    }
    return trimmed
  }

  private func required(_ text: String?, _ member: String) throws(ProviderConfigurationError) -> String {
    guard let text else { throw misfit(member, "is missing") }
    return text
  }

  /// Whether a text may name a query parameter or a member.
  private static func isName(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count) && text.utf8.allSatisfy { isAlphanumeric($0) || "_.-".utf8.contains($0) }
  }

  /// Whether a text may name a field that holds a key: a token of RFC 9110 that HTTP itself does not use.
  private static func isHeader(_ text: String) -> Bool {
    let used: Set = [
      "authorization", "connection", "content-length", "cookie", "host", "te", "trailer", "transfer-encoding",
      "upgrade",
    ]
    return (1...64).contains(text.utf8.count) && !used.contains(text.lowercased())
      && text.utf8.allSatisfy { isAlphanumeric($0) || "!#$%&'*+-.^_`|~".utf8.contains($0) }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }
}
