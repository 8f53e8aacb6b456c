// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import com.google.protobuf.BoolValue;
import io.grpc.ServerServiceDefinition;
import org.fdstorefs.csi.messages.GetPluginCapabilitiesRequest;
import org.fdstorefs.csi.messages.GetPluginCapabilitiesResponse;
import org.fdstorefs.csi.messages.GetPluginInfoRequest;
import org.fdstorefs.csi.messages.GetPluginInfoResponse;
import org.fdstorefs.csi.messages.ProbeRequest;
import org.fdstorefs.csi.messages.ProbeResponse;

/** The service csi.v1.Identity: who this is. */
final class Identity {
    static final String SERVICE = "csi.v1.Identity";

    private Identity() {}

    static ServerServiceDefinition service(Log log) {
        GetPluginInfoResponse info = GetPluginInfoResponse.newBuilder()
                .setName(Plugin.NAME)
                .setVendorVersion(Plugin.version())
                .build();
        GetPluginCapabilitiesResponse capabilities = GetPluginCapabilitiesResponse.getDefaultInstance();
        ProbeResponse ready =
                ProbeResponse.newBuilder().setReady(BoolValue.of(true)).build();
        return new Unary(SERVICE, log)
                .method("GetPluginInfo", GetPluginInfoRequest.getDefaultInstance(), info, request -> info)
                .method(
                        "GetPluginCapabilities",
                        GetPluginCapabilitiesRequest.getDefaultInstance(),
                        capabilities,
                        request -> capabilities)
                .method("Probe", ProbeRequest.getDefaultInstance(), ready, request -> ready)
                .service();
    }
}
