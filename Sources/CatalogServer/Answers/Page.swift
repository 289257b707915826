import Catalog
import HTTPTypes

/// Which stretch of a list a client asks for.
struct Page {
  /// How many records at most; nil for all, since the official OpenAI clients do not page.
  let limit: Int?
  /// How many records to skip.
  let offset: Int

  /// The names of the parameters.
  static let parameters = ["limit", "offset", "cursor"]
  static let limits = 1...1_000

  /// Reads `limit` and either `offset` or `cursor`.
  ///
  /// - Parameters:
  ///   - parameters: the query.
  ///   - defaultLimit: the limit where none is given.
  ///   - version: the catalog version, to which a cursor is bound.
  init(_ parameters: inout Parameters, defaultLimit: Int?, version: String) throws(Problem) {
    limit = try parameters.takeInteger("limit", in: Self.limits) ?? defaultLimit
    let offset = try parameters.takeInteger("offset", in: 0...10_000_000)
    let cursor = try parameters.take("cursor")
    guard let cursor else {
      self.offset = offset ?? 0
      return
    }
    guard offset == nil else { throw .badRequest("give \"offset\" or \"cursor\", not both") }
    self.offset = try Self.offset(ofCursor: cursor, version: version)
  }

  /// A cursor names a version and a place in it, so that pages of one walk never mix versions.
  static func cursor(offset: Int, version: String) -> String { "\(version)-\(String(offset, radix: 36))" }

  private static func offset(ofCursor cursor: String, version: String) throws(Problem) -> Int {
    guard let separator = cursor.lastIndex(of: "-"), cursor.utf8.count <= 80,
      let offset = Int(cursor[cursor.index(after: separator)...], radix: 36), offset >= 0
    else { throw .badRequest("\"cursor\" is not one that this server gave") }
    guard cursor[..<separator] == version else {
      throw Problem(
        status: .gone, kind: "cursor-expired", detail: "the catalog has changed since the cursor was given; start over")
    }
    return offset
  }

  /// The records of a list that the page shows.
  func slice<Element>(_ list: [Element]) -> ArraySlice<Element> {
    let start = min(offset, list.count)
    return list[start..<(limit.map { min(start + $0, list.count) } ?? list.count)]
  }

  /// Writes the pagination members of the original interface.
  func write(total: Int, returned: Int, version: String, to json: inout JSONWriter) {
    let next = offset + returned
    let hasMore = next < total
    json.member("total", total)
    json.member("returned", returned)
    json.member("limit", limit)
    json.member("offset", offset)
    json.member("has_more", hasMore)
    json.member("next_offset", hasMore ? next : nil)
    json.member("next_cursor", hasMore ? Self.cursor(offset: next, version: version) : nil)
  }
}
