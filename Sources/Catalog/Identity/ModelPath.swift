/// What an id says around the name of the model: `accounts/fireworks/models/x`, `us.anthropic.x-v1:0`, `meta-llama/x:free`.
struct ModelPath {
  /// The slug of the vendor that the id names.
  private(set) var vendor: String?
  /// The seller that stands where a vendor could: `together_ai/`, `unsloth/`.
  private(set) var host: String?
  /// The name of the model, in lower case.
  private(set) var name: Substring
  /// What marks the offer and not the model: `free`, `fp8`, a region.
  private(set) var marks: [String] = []

  /// Reads an id.
  init(_ id: String) {
    name = id.lowercased()[...]
    if name.hasPrefix("~") { name = name.dropFirst() }
    if name.hasPrefix("hf:") { name = name.dropFirst(3) }
    readTags()
    readSegments()
    if vendor == nil { readDottedVendor() }
  }

  /// Tags after a colon that change the price or the route, not the model
  /// (https://openrouter.ai/docs/guides/routing/model-variants); Ollama's `latest` and `cloud` likewise.
  private static let offerTags: Set<String> = [
    "free", "batch", "extended", "floor", "nitro", "beta", "exacto", "online", "flex", "priority", "cloud", "latest",
  ]

  private mutating func readTags() {
    while let colon = name.utf8.lastIndex(of: UInt8(ascii: ":")) {
      let tag = name[name.index(after: colon)...]
      if Self.offerTags.contains(String(tag)) {
        marks.append(String(tag))
        name = name[..<colon]
      } else {
        if !tag.isEmpty, tag.utf8.allSatisfy(\.isDigit) { readRevision(tag, from: colon) }
        return
      }
    }
  }

  /// Bedrock ends its ids with `-v1:0`. The first number is a revision of the offer unless the name has no other version:
  /// `mistral-7b-instruct-v0:2` is version 0.2 and `titan-embed-text-v2:0` version 2.
  private mutating func readRevision(_ revision: Substring, from colon: Substring.Index) {
    let base = name[..<colon]
    guard revision == "0" else {
      name = "\(base).\(revision)"[...]
      return
    }
    name = base
    let isVersioned = ["titan", "stable", "stability", "rerank", "embed"].contains { base.contains($0) }
    guard !isVersioned, let dash = base.utf8.lastIndex(of: UInt8(ascii: "-")) else { return }
    let last = base[base.index(after: dash)...]
    let digits = last.hasPrefix("v") ? last.dropFirst() : last
    if digits.utf8.count == 1, digits.utf8.allSatisfy(\.isDigit) { name = base[..<dash] }
  }

  private mutating func readSegments() {
    var segments = name.utf8.split(separator: UInt8(ascii: "/")).map { Substring($0) }
    if segments.count >= 2, let last = segments.last, let precision = Precision.name(of: last) {
      marks.append(precision)
      segments.removeLast()
    }
    guard let last = segments.popLast() else { return }
    name = last
    for segment in segments.reversed() where vendor == nil && !Self.folders.contains(String(segment)) { read(segment) }
  }

  /// The folders of resource names: `accounts/fireworks/models/x`, `publishers/google/models/x`, `models/x`.
  private static let folders: Set<String> = ["accounts", "models", "publishers"]

  private mutating func read(_ segment: Substring) {
    var organisation = Self.normalOrganisation(segment)
    let known = VendorTable.slugs[organisation]
    if let known { organisation = known }
    if VendorTable.hosts.contains(organisation) {
      if host == nil { host = organisation }
    } else if known == nil, Self.isPlaceOrTier(organisation) {
      marks.append(organisation)
    } else {
      vendor = organisation
    }
  }

  private static func normalOrganisation(_ segment: Substring) -> String {
    let underscore = UInt8(ascii: "_")
    guard segment.utf8.contains(underscore) else { return String(segment) }
    return String(decoding: segment.utf8.map { $0 == underscore ? UInt8(ascii: "-") : $0 }, as: UTF8.self)
  }

  /// LiteLLM puts regions, commitments and image sizes between the seller and the name.
  private static func isPlaceOrTier(_ segment: String) -> Bool {
    guard !placesAndTiers.contains(segment) else { return true }
    let words = segment.utf8.split(separator: UInt8(ascii: "-"))
    guard words.count >= 2, let first = words.first, let last = words.last else { return false }
    let isRegion = words.count >= 3 && awsAreas.contains(String(Substring(first)))
    let isSizeOfImage = words.count == 3 && words[1].elementsEqual("x".utf8)
    return isRegion || isSizeOfImage || last.elementsEqual("commitment".utf8) || last.elementsEqual("steps".utf8)
  }

  private static let placesAndTiers: Set<String> = [
    "us", "eu", "global", "global-standard", "regional", "standard", "hd", "high", "medium", "low", "invoke", "*",
  ]
  private static let awsAreas: Set<String> = ["us", "eu", "ap", "ca", "sa", "me", "af"]

  /// Bedrock and OCI name the vendor, and perhaps a region before it, with points: `us.meta.llama3-1-8b-instruct`.
  private mutating func readDottedVendor() {
    var rest = name
    var region: Substring?
    while let point = rest.utf8.firstIndex(of: UInt8(ascii: ".")) {
      let head = rest[..<point]
      rest = rest[rest.index(after: point)...]
      guard let first = rest.utf8.first, first.isLetter else { return }
      if let known = VendorTable.slugs[String(head)] {
        vendor = known
        name = rest
        if let region { marks.append(String(region)) }
        return
      }
      guard region == nil, Self.inferenceRegions.contains(String(head)) else { return }
      region = head
    }
  }

  /// The prefixes of Bedrock's cross-region inference profiles.
  private static let inferenceRegions: Set<String> = [
    "us", "eu", "apac", "global", "us-gov", "jp", "au", "ca", "sa", "me",
  ]
}

extension ModelPath {
  /// Takes vendors' and sellers' names off the front of the model's name: `openai-gpt-4o`, `NVIDIA-Nemotron-Nano-9B-v2`,
  /// `databricks-meta-llama-3-3-70b-instruct`.
  ///
  /// - Parameter vendor: the vendor that is known already; only its own name is a prefix then.
  /// - Returns: the vendor whose name it was.
  mutating func dropVendorPrefixes(vendor: String?) -> String? {
    var found: String?
    while let slug = dropVendorPrefix(vendor: vendor ?? found) { found = slug }
    return found
  }

  private mutating func dropVendorPrefix(vendor: String?) -> String? {
    for (prefix, rest) in prefixes().reversed() {
      if self.vendor == nil, VendorTable.sellersAsPrefix.contains(prefix) {
        var inner = self
        inner.name = rest
        if let slug = vendor ?? inner.dropVendorPrefix(vendor: nil) ?? VendorTable.vendor(ofFamilyStarting: rest) {
          name = inner.name
          return slug
        }
      }
      if let slug = VendorTable.slugs[prefix], vendor == nil || vendor == slug,
        VendorTable.isPrefix(prefix, slug: slug, before: rest)
      {
        name = rest
        return slug
      }
    }
    return nil
  }

  /// The name's first one, two and three words, and what follows each.
  private func prefixes() -> [(name: String, rest: Substring)] {
    var prefixes: [(name: String, rest: Substring)] = []
    let bytes = name.utf8
    guard VendorTable.firstWords.contains(String(Substring(bytes.prefix { $0.isLetter || $0.isDigit }))) else {
      return []
    }
    for index in bytes.indices where bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "_") {
      let rest = name[bytes.index(after: index)...]
      if !rest.isEmpty { prefixes.append((String(name[..<index]), rest)) }
      if prefixes.count == 3 { break }
    }
    return prefixes
  }
}
