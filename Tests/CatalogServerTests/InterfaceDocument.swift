import Catalog
import Foundation
import Testing

/// The description of the interface that ships with the program.
enum InterfaceDocument {
  /// Its bytes.
  static func bytes() throws -> [UInt8] { Array(try Data(contentsOf: file)) }

  /// One operation of it.
  struct Operation {
    let path: String
    let method: String
    let value: JSONValue

    /// The path with a value in the place of each parameter, in segments.
    var segments: [String] {
      path.split(separator: "/").map { $0.hasPrefix("{") ? "a" : String($0) }
    }
  }

  /// All of its operations.
  static func operations() throws -> [Operation] {
    let paths = try JSONReader.parse(bytes())["paths"]?.object?.members ?? []
    return paths.flatMap { path, item in
      (item.object?.members ?? []).map { Operation(path: path, method: $0.name.uppercased(), value: $0.value) }
    }
  }

  private static let file = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Sources/modelcatalog/Resources/openapi.json")
}
