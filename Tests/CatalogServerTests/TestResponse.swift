import Catalog
import NIOCore

/// A response as it came over the wire.
struct TestResponse: Sendable {
  let status: Int
  /// The header fields in order, their names in lower case.
  let fields: [(name: String, value: String)]
  let body: [UInt8]

  /// Takes a response from the start of `buffer`; nil when it is not complete yet.
  init?(readFrom buffer: inout ByteBuffer, hasBody: Bool) throws {
    let bytes = buffer.readableBytesView
    guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
    let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
    guard let match = lines.first?.wholeMatch(of: /HTTP\/1\.1 (\d{3}) .+/), let status = Int(match.1) else {
      throw ClientError.malformed(String(lines.first ?? ""))
    }
    var fields: [(name: String, value: String)] = []
    for line in lines.dropFirst() {
      guard let match = line.wholeMatch(of: /([!-9;-~]+): (.*)/) else { throw ClientError.malformed(String(line)) }
      fields.append((match.1.lowercased(), String(match.2)))
    }
    self.status = status
    self.fields = fields
    let isBodiless = !hasBody || status == 304 || status == 204
    let length = fields.first { $0.name == "content-length" }?.value
    guard isBodiless || length != nil else { throw ClientError.malformed("a body without content-length") }
    let count = isBodiless ? 0 : Int(length ?? "") ?? 0
    guard bytes[end.upperBound...].count >= count else { return nil }
    body = Array(bytes[end.upperBound...].prefix(count))
    buffer.moveReaderIndex(to: end.upperBound + count)
  }

  /// The value of a field that occurs once.
  subscript(_ name: String) -> String? {
    let values = fields.filter { $0.name == name }
    return values.count == 1 ? values[0].value : nil
  }

  var text: String { String(decoding: body, as: UTF8.self) }

  /// The body as JSON.
  var json: JSONValue {
    get throws { try JSONReader.parse(body) }
  }

  /// What tells it from other responses: everything but the time, its name and how the answer was found.
  var comparable: String {
    let volatile: Set = ["date", "age", "x-cache", "x-request-id"]
    let fields = fields.filter { !volatile.contains($0.name) }.map { "\($0.name): \($0.value)" }.sorted()
    return "\(status)\n\(fields.joined(separator: "\n"))\n\n\(body.count) bytes \(body.hashValue)"
  }
}

extension JSONValue {
  /// A member of an object; nil where there is none.
  subscript(_ name: String) -> JSONValue? { object?[name] }

  /// An element of an array; nil where there is none.
  subscript(_ index: Int) -> JSONValue? { array.flatMap { $0.indices.contains(index) ? $0[index] : nil } }

  /// The names of the members of an object.
  var names: [String] { object?.members.map(\.name) ?? [] }

  /// The texts of an array of strings.
  var strings: [String] { array?.compactMap(\.string) ?? [] }

  /// `source_gateway` and `id` of the records in a list.
  var offerNames: [String] {
    array?.map { "\($0["source_gateway"]?.string ?? "?") \($0["id"]?.string ?? "?")" } ?? []
  }
}
