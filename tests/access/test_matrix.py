"""Who may open what: every address of the house, for everyone who could ask.

A keeper can read the table below. The walk beside it fails on an address without a row, without a need, or
without a mark that says whether everyone in a circle sees it alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.urls import reverse

from snowdrop.keepsakes.models import Album, Document, KeptAtHome, Photograph
from snowdrop.memorials import inviting, keepings
from snowdrop.memorials.access import Act
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Membership, Memorial
from snowdrop.story.models import Moment
from tests.access import addresses
from tests.access.bodies import body
from tests.access.town import ROLES, Town

# 200 and 201: it is there. 302: it was done, or leads on. 404: for them it is not there. 422: it asks for a file.
# The thing asked about is what a keeper added and friends see; where it must wait, what Sam, a friend, added.
MATRIX = """
                             stranger link ended expired asked friend companion family keeper second removed elsewhere host
GET  feed_by_token           200      200  200   200     200   200    200       200    200    200    200     200       200
GET  front                   200      200  200   200     302   302    302       302    302    302    302     302       302
GET  health                  200      200  200   200     200   200    200       200    200    200    200     200       200
GET  house                   404      404  404   404     404   404    404       404    404    404    404     404       200
POST house                   404      404  404   404     404   404    404       404    404    404    404     404       302
POST house_card              404      404  404   404     404   404    404       404    404    404    404     404       201
POST house_change_mark       404      404  404   404     404   404    404       404    404    404    404     404       422
GET  house_mark              200      200  200   200     200   200    200       200    200    200    200     200       200
GET  house_texts             404      404  404   404     404   404    404       404    404    404    404     404       200
POST house_texts             404      404  404   404     404   404    404       404    404    404    404     404       302
GET  house_way_back          404      404  404   404     404   404    404       404    404    404    404     404       200
POST house_way_back          404      404  404   404     404   404    404       404    404    404    404     404       200
GET  privacy                 200      200  200   200     200   200    200       200    200    200    200     200       200

POST people:add_passkey      302      302  302   302     200   200    200       200    200    200    200     200       200
GET  people:address          302      302  302   302     200   200    200       200    200    200    200     200       200
POST people:address          302      302  302   302     302   302    302       302    302    302    302     302       302
POST people:begin_again      302      302  302   302     302   302    302       302    302    302    302     302       302
GET  people:bring_in         302      302  302   302     200   200    200       200    200    200    200     200       200
POST people:bring_in         302      302  302   302     201   201    201       201    201    201    201     201       201
GET  people:come_in          200      200  200   200     302   302    302       302    302    302    302     302       302
POST people:come_in          302      302  302   302     302   302    302       302    302    302    302     302       302
GET  people:come_in_by_device 200      200  200   200     302   302    302       302    302    302    302     302       302
POST people:come_in_by_device 422      422  422   422     302   302    302       302    302    302    302     302       302
POST people:come_in_by_passkey 200      200  200   200     302   302    302       302    302    302    302     302       302
GET  people:come_in_by_sheet 200      200  200   200     302   302    302       302    302    302    302     302       302
POST people:come_in_by_sheet 422      422  422   422     302   302    302       302    302    302    302     302       302
GET  people:devices          302      302  302   302     200   200    200       200    200    200    200     200       200
POST people:language         302      302  302   302     302   302    302       302    302    302    302     302       302
GET  people:passkey          302      302  302   302     404   404    404       404    200    404    404     404       404
POST people:passkey          302      302  302   302     404   404    404       404    302    404    404     404       404
GET  people:passkeys         302      302  302   302     200   200    200       200    200    200    200     200       200
GET  people:prove            302      302  302   302     302   302    302       302    302    302    302     302       302
POST people:prove            302      302  302   302     302   302    302       302    302    302    302     302       302
POST people:prove_by_passkey 302      302  302   302     200   200    200       200    200    200    200     200       200
GET  people:quiet            302      302  302   302     200   200    200       200    200    200    200     200       200
POST people:quiet            302      302  302   302     302   302    302       302    302    302    302     302       302
POST people:remove_passkey   302      302  302   302     404   404    404       404    302    404    404     404       404
GET  people:sheet            302      302  302   302     200   200    200       200    200    200    200     200       200
POST people:sheet            302      302  302   302     201   201    201       201    201    201    201     201       201
POST people:sign_out         302      302  302   302     302   302    302       302    302    302    302     302       302
POST people:sign_out_device  302      302  302   302     404   404    404       404    302    404    404     404       404
POST people:sign_out_elsewhere 302      302  302   302     302   302    302       302    302    302    302     302       302
POST people:sign_out_everywhere 302      302  302   302     302   302    302       302    302    302    302     302       302
POST people:stop_way_back    302      302  302   302     302   302    302       302    302    302    302     302       302
GET  people:way_back         200      200  200   200     200   200    200       200    200    200    200     200       200
POST people:way_back         302      302  302   302     302   302    302       302    302    302    302     302       302
GET  people:which            302      302  302   302     302   302    302       302    302    302    302     302       302
POST people:which            302      302  302   302     302   302    302       302    302    302    302     302       302
GET  people:without_a_connection 200  200  200   200     200   200    200       200    200    200    200     200       200
GET  people:without_a_connection_worker 200 200 200 200  200   200    200       200    200    200    200     200       200
POST people:write_again      302      302  302   302     302   302    302       302    302    302    302     302       302
POST people:write_nothing    302      302  302   302     302   302    302       302    302    302    302     302       302
GET  people:you              302      302  302   302     200   200    200       200    200    200    200     200       200
POST people:you              302      302  302   302     302   302    302       302    302    302    302     302       302

GET  talk:add                404      404  404   404     404   404    404       404    404    404    404     404       200
POST talk:add                404      404  404   404     404   404    404       404    404    404    404     404       302
POST talk:bring_back         404      404  404   404     404   404    404       404    404    404    404     404       302
GET  talk:change             404      404  404   404     404   404    404       404    404    404    404     404       200
POST talk:change             404      404  404   404     404   404    404       404    404    404    404     404       302
POST talk:check              404      404  404   404     404   404    404       404    404    404    404     404       302
GET  talk:edit               404      404  404   404     404   404    404       404    404    404    404     404       200
GET  talk:page               200      200  200   200     200   200    200       200    200    200    200     200       200
POST talk:take_off           404      404  404   404     404   404    404       404    404    404    404     404       302

GET  memorials:about         404      200  404   404     404   200    200       200    200    200    404     404       404
GET  memorials:after         302      302  302   302     404   200    404       404    404    404    404     404       404
POST memorials:after         302      302  302   302     404   302    404       404    404    404    404     404       404
GET  memorials:agreeing      404      404  404   404     404   404    404       404    200    200    404     404       404
GET  memorials:another       404      404  404   404     404   404    404       404    200    200    404     404       404
POST memorials:another       404      404  404   404     404   404    404       404    302    302    404     404       404
GET  memorials:ask           302      302  302   302     200   200    200       200    200    200    200     200       200
POST memorials:ask           302      302  302   302     302   302    302       302    302    302    302     302       302
POST memorials:answer        404      404  404   404     404   404    404       404    404    302    404     404       404
GET  memorials:ask_in        404      404  404   404     404   404    404       404    200    200    404     404       404
POST memorials:ask_in        404      404  404   404     404   404    404       404    201    201    404     404       404
GET  memorials:begin         200      200  200   200     200   200    200       200    200    200    200     200       200
POST memorials:begin         302      302  302   302     302   302    302       302    302    302    302     302       302
POST memorials:begin_by_passkey 422      422  422   422     422   422    422       422    422    422    422     422       422
POST memorials:bring_back    404      404  404   404     404   404    404       404    302    302    404     404       404
GET  memorials:card          200      200  200   200     200   200    200       200    200    200    200     200       200
POST memorials:card          302      302  302   302     302   302    302       302    302    302    302     302       302
GET  memorials:came_in       404      404  404   404     404   302    302       302    302    302    404     404       404
GET  memorials:change_about  404      404  404   404     404   404    404       404    200    200    404     404       404
GET  memorials:change_fact   404      404  404   404     404   404    404       404    200    200    404     404       404
POST memorials:change_fact   404      404  404   404     404   404    404       404    302    302    404     404       404
GET  memorials:change_kin    404      404  404   404     404   404    404       404    200    200    404     404       404
POST memorials:change_kin    404      404  404   404     404   404    404       404    302    302    404     404       404
GET  memorials:change_name   404      404  404   404     404   404    404       404    200    200    404     404       404
POST memorials:change_name   404      404  404   404     404   404    404       404    302    302    404     404       404
POST memorials:close         404      404  404   404     404   404    404       404    302    302    404     404       404
GET  memorials:end_link      404      404  404   404     404   404    404       404    200    200    404     404       404
POST memorials:end_link      404      404  404   404     404   404    404       404    302    302    404     404       404
GET  memorials:composition   404      404  404   404     404   404    404       404    200    200    404     404       404
POST memorials:composition   404      404  404   404     404   404    404       404    302    302    404     404       404
GET  memorials:discreet      404      404  404   404     404   404    404       404    200    200    404     404       404
POST memorials:discreet      404      404  404   404     404   404    404       404    302    302    404     404       404
GET  memorials:enter         200      200  200   200     200   200    200       200    200    200    200     200       200
POST memorials:enter         302      302  302   302     302   302    302       302    302    302    410     302       302
GET  memorials:fact          404      404  404   404     404   404    404       404    200    200    404     404       404
POST memorials:fact          404      404  404   404     404   404    404       404    302    302    404     404       404
POST memorials:end_feed      404      404  404   404     404   302    302       302    302    302    404     404       404
GET  memorials:feed          404      404  404   404     404   200    200       200    200    200    404     404       404
POST memorials:feed          404      404  404   404     404   201    201       201    201    201    404     404       404
GET  memorials:closed        404      404  404   404     404   200    200       200    200    200    404     404       404
POST memorials:closed        404      404  404   404     404   302    302       302    302    302    404     404       404
GET  memorials:closed_things 404      200  404   404     404   200    200       200    200    200    404     404       404
POST memorials:closed_things 404      302  404   404     404   302    302       302    302    302    404     404       404
GET  memorials:close_it      404      404  404   404     404   404    404       404    200    200    404     404       404
POST memorials:close_it      404      404  404   404     404   404    404       404    302    302    404     404       404
POST memorials:close_these   404      404  404   404     404   404    404       404    302    302    404     404       404
POST memorials:describe      404      404  404   404     404   404    302       404    302    302    404     404       404
GET  memorials:looked        404      404  404   404     404   302    302       302    302    302    404     404       404
GET  memorials:find          404      200  404   404     404   200    200       200    200    200    404     404       404
GET  memorials:find_again    302      302  302   302     302   302    302       302    302    302    302     302       302
POST memorials:find_again    302      302  302   302     302   302    302       302    302    302    302     302       302
POST memorials:for_children  404      404  404   404     404   404    404       404    302    302    404     404       404
GET  memorials:go_public     404      404  404   404     404   404    404       404    200    200    404     404       404
POST memorials:go_public     404      404  404   404     404   404    404       404    302    302    404     404       404
GET  memorials:go_separate_ways 404      404  404   404     404   404    404       404    200    200    404     404       404
POST memorials:go_separate_ways 404      404  404   404     404   404    404       404    302    302    404     404       404
GET  memorials:invitation    200      200  200   200     200   200    200       200    200    200    410     200       200
POST memorials:invitation    302      302  302   302     302   302    302       302    302    302    410     302       302
POST memorials:keep_it       404      404  404   404     404   404    404       404    302    302    404     404       404
GET  memorials:keepers       404      404  404   404     404   404    404       404    200    200    404     404       404
GET  memorials:kin           404      404  404   404     404   404    404       404    200    200    404     404       404
POST memorials:kin           404      404  404   404     404   404    404       404    302    302    404     404       404
GET  memorials:leave         404      404  404   404     404   200    200       200    200    200    404     404       404
POST memorials:leave         404      404  404   404     404   302    302       302    302    302    404     404       404
GET  memorials:leave_all     302      302  302   302     200   200    200       200    200    200    200     200       200
POST memorials:leave_all     302      302  302   302     200   200    200       200    200    200    200     422       200
POST memorials:leave_out     404      404  404   404     404   404    404       404    302    302    404     404       404
GET  memorials:let_go        404      404  404   404     404   404    404       404    200    200    404     404       404
POST memorials:let_go        404      404  404   404     404   404    404       404    302    302    404     404       404
GET  memorials:let_in        404      404  404   404     404   404    404       404    200    200    404     404       404
POST memorials:let_in        404      404  404   404     404   404    404       404    302    302    404     404       404
GET  memorials:let_know      404      404  404   404     404   404    404       404    200    200    404     404       404
POST memorials:let_know      404      404  404   404     404   404    404       404    302    302    404     404       404
POST memorials:let_show      404      404  404   404     404   404    404       404    302    302    404     404       404
GET  memorials:log           404      404  404   404     404   404    404       404    200    200    404     404       404
GET  memorials:make_links    404      404  404   404     404   404    404       404    200    200    404     404       404
POST memorials:make_links    404      404  404   404     404   404    404       404    201    201    404     404       404
GET  memorials:member        404      404  404   404     404   404    404       404    200    200    404     404       404
POST memorials:member        404      404  404   404     404   404    404       404    302    302    404     404       404
GET  memorials:mine          302      302  302   302     200   200    200       200    200    200    200     200       200
GET  memorials:name          404      404  404   404     404   404    404       404    200    200    404     404       404
POST memorials:name          404      404  404   404     404   404    404       404    302    302    404     404       404
POST memorials:not_now       404      404  404   404     404   404    404       404    302    302    404     404       404
POST memorials:only_me       404      404  404   404     404   404    404       404    302    302    404     404       404
GET  memorials:opened        404      404  404   404     404   404    404       404    200    200    404     404       404
GET  memorials:page          404      302  404   404     404   302    302       302    200    200    404     404       404
GET  memorials:pause         404      404  404   404     404   404    404       404    200    200    404     404       404
POST memorials:pause         404      404  404   404     404   404    404       404    302    302    404     404       404
GET  memorials:people        404      404  404   404     404   404    404       404    200    200    404     404       404
POST memorials:put_away      404      404  404   404     404   404    404       404    302    302    404     404       404
GET  memorials:put_away_list 404      404  404   404     404   200    200       200    200    200    404     404       404
POST memorials:put_away_many 404      404  404   404     404   404    404       404    302    302    404     404       404
GET  memorials:read_as       404      404  404   404     404   404    404       404    200    200    404     404       404
POST memorials:refuse_successor 404      404  404   404     404   404    404       404    302    302    404     404       404
GET  memorials:remove        404      404  404   404     404   404    404       404    200    200    404     404       404
POST memorials:remove        404      404  404   404     404   404    404       404    302    302    404     404       404
GET  memorials:remove_keeper 404      404  404   404     404   404    404       404    200    404    404     404       404
POST memorials:remove_keeper 404      404  404   404     404   404    404       404    302    404    404     404       404
GET  memorials:rest          404      404  404   404     404   404    404       404    200    200    404     404       404
POST memorials:rest          404      404  404   404     404   404    404       404    302    302    404     404       404
POST memorials:sooner        404      404  404   404     404   404    404       404    302    302    404     404       404
POST memorials:stop          404      404  404   404     404   404    404       404    302    302    404     404       404
POST memorials:somebody_else 302      302  302   302     302   302    302       302    302    302    302     302       302
GET  memorials:succeed       200      200  200   200     200   200    200       200    200    200    200     200       200
POST memorials:succeed       302      302  302   302     302   410    302       302    302    302    410     302       302
GET  memorials:successors    404      404  404   404     404   404    404       404    200    200    404     404       404
POST memorials:successors    404      404  404   404     404   404    404       404    201    201    404     404       404
GET  memorials:take_back     404      404  404   404     404   404    404       404    200    200    404     404       404
POST memorials:take_back     404      404  404   404     404   404    404       404    302    302    404     404       404
POST memorials:take_back_successor 404      404  404   404     404   404    404       404    302    302    404     404       404
POST memorials:set_aside     404      404  404   404     404   404    404       404    302    302    404     404       404
POST memorials:let_wait      404      404  404   404     404   404    404       404    302    302    404     404       404
GET  memorials:not_shown     404      404  404   404     404   404    404       404    200    200    404     404       404
GET  memorials:waiting       404      404  404   404     404   404    404       404    200    200    404     404       404
GET  memorials:way_back      404      404  404   404     404   404    404       404    200    200    404     404       404
POST memorials:way_back      404      404  404   404     404   404    404       404    201    201    404     404       404
GET  memorials:who           404      404  404   404     404   404    404       404    200    200    404     404       404
POST memorials:who           404      404  404   404     404   404    404       404    302    302    404     404       404
POST memorials:who_many      404      404  404   404     404   404    404       404    302    302    404     404       404
GET  memorials:with_children 404      404  404   404     404   404    404       404    200    200    404     404       404
POST memorials:with_children 404      404  404   404     404   404    404       404    302    302    404     404       404

POST story:bring_back        404      404  404   404     404   404    404       404    302    404    404     404       404
GET  story:change            404      404  404   404     404   404    404       404    200    200    404     404       404
POST story:change            404      404  404   404     404   404    404       404    302    302    404     404       404
GET  story:choose            404      404  404   404     404   404    404       404    200    200    404     404       404
POST story:draft             404      404  404   404     404   302    302       302    302    302    404     404       404
GET  story:drafts            404      404  404   404     404   200    200       200    200    200    404     404       404
POST story:let_show          404      404  404   404     404   404    404       404    302    302    404     404       404
GET  story:feed              404      404  404   404     404   404    404       404    404    404    404     404       404
GET  story:moment            404      404  404   404     404   200    200       200    200    200    404     404       404
POST story:move              404      404  404   404     404   404    404       404    302    302    404     404       404
GET  story:photographs       404      404  404   404     404   404    404       404    200    200    404     404       404
POST story:photographs       404      404  404   404     404   404    404       404    302    302    404     404       404
GET  story:room              404      200  404   404     404   200    200       200    200    200    404     404       404
GET  story:several           404      404  404   404     404   200    200       200    200    200    404     404       404
GET  story:version           404      404  404   404     404   404    404       404    200    404    404     404       404
GET  story:versions          404      404  404   404     404   404    404       404    200    200    404     404       404
GET  story:waiting           404      404  404   404     404   200    404       404    200    200    404     404       404
GET  story:write             404      404  404   404     404   200    200       200    200    200    404     404       404
POST story:write             404      404  404   404     404   302    302       302    302    302    404     404       404

GET  keepsakes:aac           404      404  404   404     404   200    200       200    200    200    404     404       404
GET  keepsakes:add           404      404  404   404     404   200    200       200    200    200    404     404       404
POST keepsakes:add           404      404  404   404     404   422    422       422    422    422    404     404       404
GET  keepsakes:add_at_home   404      404  404   404     404   200    200       200    200    200    404     404       404
POST keepsakes:add_at_home   404      404  404   404     404   302    302       302    302    302    404     404       404
GET  keepsakes:added         404      404  404   404     404   200    302       302    200    200    404     404       404
POST keepsakes:added         404      404  404   404     404   302    302       302    302    302    404     404       404
GET  keepsakes:at_home       404      404  404   404     404   200    200       200    200    200    404     404       404
GET  keepsakes:at_home_room  404      200  404   404     404   200    200       200    200    200    404     404       404
GET  keepsakes:album         404      404  404   404     404   200    200       200    200    200    404     404       404
GET  keepsakes:avif          404      404  404   404     404   200    200       200    200    200    404     404       404
GET  keepsakes:captions      404      404  404   404     404   200    200       200    200    200    404     404       404
GET  keepsakes:change        404      404  404   404     404   404    404       404    200    200    404     404       404
POST keepsakes:change        404      404  404   404     404   404    404       404    302    302    404     404       404
GET  keepsakes:change_at_home 404      404  404   404     404   404    404       404    200    200    404     404       404
POST keepsakes:change_at_home 404      404  404   404     404   404    404       404    302    302    404     404       404
GET  keepsakes:change_document 404      404  404   404     404   404    404       404    200    200    404     404       404
POST keepsakes:change_document 404      404  404   404     404   404    404       404    302    302    404     404       404
GET  keepsakes:change_album  404      404  404   404     404   404    404       404    200    200    404     404       404
POST keepsakes:change_album  404      404  404   404     404   404    404       404    302    302    404     404       404
GET  keepsakes:change_recording 404      404  404   404     404   404    404       404    200    200    404     404       404
POST keepsakes:change_recording 404      404  404   404     404   404    404       404    302    302    404     404       404
GET  keepsakes:choose        404      404  404   404     404   200    200       200    200    200    404     404       404
POST keepsakes:cover         404      404  404   404     404   404    404       404    302    302    404     404       404
GET  keepsakes:document      404      404  404   404     404   200    200       200    200    200    404     404       404
GET  keepsakes:documents     404      200  404   404     404   200    200       200    200    200    404     404       404
GET  keepsakes:film          404      404  404   404     404   200    200       200    200    200    404     404       404
GET  keepsakes:make_album    404      404  404   404     404   200    200       200    200    200    404     404       404
POST keepsakes:make_album    404      404  404   404     404   302    302       302    302    302    404     404       404
GET  keepsakes:moving        404      404  404   404     404   200    200       200    200    200    404     404       404
GET  keepsakes:moving_file   404      404  404   404     404   200    200       200    200    200    404     404       404
GET  keepsakes:names_in_it   404      404  404   404     404   404    404       404    200    200    404     404       404
POST keepsakes:names_in_it   404      404  404   404     404   404    404       404    302    302    404     404       404
GET  keepsakes:one_of_album  404      404  404   404     404   200    200       200    200    200    404     404       404
GET  keepsakes:opus          404      404  404   404     404   200    200       200    200    200    404     404       404
GET  keepsakes:original      404      404  404   404     404   404    404       404    200    200    404     404       404
GET  keepsakes:photograph    404      404  404   404     404   200    200       200    200    200    404     404       404
GET  keepsakes:poster        404      404  404   404     404   200    200       200    200    200    404     404       404
GET  keepsakes:prints_that_fade 404      404  404   404     404   200    200       200    200    200    404     404       404
GET  keepsakes:recording     404      404  404   404     404   200    200       200    200    200    404     404       404
GET  keepsakes:recordings    404      200  404   404     404   200    200       200    200    200    404     404       404
GET  keepsakes:rendition     404      404  404   404     404   200    200       200    200    200    404     404       404
GET  keepsakes:room          404      200  404   404     404   200    200       200    200    200    404     404       404
GET  keepsakes:sheet         404      404  404   404     404   200    200       200    200    200    404     404       404
GET  keepsakes:take          404      404  404   404     404   200    200       200    200    200    404     404       404
POST keepsakes:take          404      404  404   404     404   302    422       422    302    302    404     404       404
GET  keepsakes:taken         404      404  404   404     404   404    404       404    200    404    404     404       404
POST keepsakes:say_to_these  404      404  404   404     404   404    404       404    302    302    404     404       404
POST keepsakes:try_again     404      404  404   404     404   404    404       404    302    302    404     404       404
DELETE keepsakes:upload      404      404  404   404     404   404    404       404    204    404    404     404       404
GET  keepsakes:upload        404      404  404   404     404   404    404       404    200    404    404     404       404
PATCH keepsakes:upload       404      404  404   404     404   404    404       404    415    404    404     404       404
OPTIONS keepsakes:upload     404      404  404   404     404   204    204       204    204    204    404     404       404
OPTIONS keepsakes:uploads    404      404  404   404     404   204    204       204    204    204    404     404       404
POST keepsakes:uploads       404      404  404   404     404   400    400       400    400    400    404     404       404
GET  keepsakes:waveform      404      404  404   404     404   200    200       200    200    200    404     404       404
GET  keepsakes:what_is_seen  404      404  404   404     404   200    200       200    200    200    404     404       404
POST keepsakes:what_is_seen  404      404  404   404     404   404    404       404    302    302    404     404       404

GET  handover:cards          404      404  404   404     404   404    404       404    404    404    404     404       200
POST handover:cards          404      404  404   404     404   404    404       404    404    404    404     404       201
GET  handover:claim          200      200  200   200     200   200    200       200    200    200    200     200       200
POST handover:claim          302      302  302   302     302   302    302       302    302    302    302     302       302
GET  handover:envelope       404      404  404   404     404   404    404       404    200    200    404     404       404
POST handover:envelope       404      404  404   404     404   404    404       404    302    302    404     404       404
GET  handover:envelopes      404      404  404   404     404   404    404       404    200    200    404     404       404
POST handover:envelopes      404      404  404   404     404   404    404       404    201    201    404     404       404
GET  handover:give           200      200  200   200     200   200    200       200    200    200    200     200       200
POST handover:give           302      302  302   302     302   302    302       302    302    302    302     302       302
GET  handover:giving         410      410  410   410     410   410    410       410    410    410    410     410       200
POST handover:giving         410      410  410   410     410   410    410       410    410    410    410     410       200
GET  handover:told           404      302  404   404     404   200    200       200    200    200    404     404       404

POST words:answer            404      404  404   404     404   404    302       404    404    404    404     404       404
GET  words:asked             404      404  404   404     404   404    404       404    200    200    404     404       404
POST words:asked             404      404  404   404     404   404    404       404    302    302    404     404       404
GET  words:book              404      404  404   404     404   404    404       404    200    200    404     404       404
POST words:book              404      404  404   404     404   404    404       404    302    302    404     404       404
POST words:close             404      404  404   404     404   404    404       404    302    302    404     404       404
GET  words:door              404      404  404   404     404   404    200       404    404    404    404     404       404
GET  words:first             404      404  404   404     404   404    404       404    200    200    404     404       404
POST words:first             404      404  404   404     404   404    404       404    302    302    404     404       404
POST words:keep_close        404      404  404   404     404   404    404       404    302    302    404     404       404
GET  words:change_thanks     404      404  404   404     404   404    404       404    200    200    404     404       404
POST words:change_thanks     404      404  404   404     404   404    404       404    302    302    404     404       404
GET  words:few               404      404  404   404     404   200    200       200    200    200    404     404       404
POST words:few               404      404  404   404     404   302    302       302    302    302    404     404       404
GET  words:leave             404      200  404   404     404   200    200       200    200    200    404     404       404
POST words:leave             404      201  404   404     404   201    201       201    201    201    404     404       404
GET  words:mine              200      200  200   200     200   200    200       200    200    200    200     200       200
POST words:mine              302      302  302   302     302   302    302       302    302    302    302     302       302
GET  words:not_shown         404      404  404   404     404   404    200       404    404    404    404     404       404
GET  words:print             404      200  404   404     404   200    200       200    200    200    404     404       404
GET  words:reply             404      404  404   404     404   404    404       404    200    200    404     404       404
POST words:reply             404      404  404   404     404   404    404       404    302    302    404     404       404
GET  words:candle            404      404  404   404     404   200    200       200    200    200    404     404       404
GET  words:candles           404      200  404   404     404   200    200       200    200    200    404     404       404
GET  words:light             404      200  404   404     404   200    200       200    200    200    404     404       404
POST words:light             404      201  404   404     404   201    201       201    201    201    404     404       404
GET  words:my_candle         200      200  200   200     200   200    200       200    200    200    200     200       200
POST words:my_candle         302      302  302   302     302   302    302       302    302    302    302     302       302
GET  words:sign              404      404  404   404     404   404    404       404    200    200    404     404       404
POST words:sign              404      404  404   404     404   404    404       404    302    302    404     404       404
GET  words:room              404      200  404   404     404   200    200       200    200    200    404     404       404
GET  words:thank             404      404  404   404     404   404    404       404    200    200    404     404       404
POST words:thank             404      404  404   404     404   404    404       404    302    302    404     404       404
GET  words:thanks            404      404  404   404     404   404    404       404    200    200    404     404       404
GET  words:word              404      404  404   404     404   200    200       200    200    200    404     404       404
GET  words:yours             404      404  404   404     404   200    200       200    200    200    404     404       404
POST words:yours             404      404  404   404     404   302    404       404    404    404    404     404       404
GET  words:ending            404      404  404   404     404   404    404       404    200    200    404     404       404
POST words:ending            404      404  404   404     404   404    404       404    302    302    404     404       404
GET  words:evidence          404      404  404   404     404   404    200       404    200    200    404     404       404
GET  words:evidence_file     404      404  404   404     404   404    200       404    200    200    404     404       404
GET  words:hand_over         404      404  404   404     404   404    200       404    404    404    404     404       404
POST words:hand_over         404      404  404   404     404   404    302       404    404    404    404     404       404
POST words:keep_evidence     404      404  404   404     404   404    302       404    302    302    404     404       404
GET  words:listed            404      404  404   404     404   404    200       404    200    200    404     404       404
POST words:listed            404      404  404   404     404   404    302       404    302    302    404     404       404
GET  words:more              404      404  404   404     404   404    200       404    404    404    404     404       404
POST words:remove_all        404      404  404   404     404   404    302       404    404    404    404     404       404
GET  words:removed           404      404  404   404     404   404    200       404    404    404    404     404       404
POST words:removed           404      404  404   404     404   404    302       404    404    404    404     404       404
GET  words:report            404      404  404   404     404   200    200       200    200    200    404     404       404
POST words:report            404      404  404   404     404   201    201       201    201    201    404     404       404
GET  words:reported          404      404  404   404     404   404    200       404    404    404    404     404       404
POST words:reported          404      404  404   404     404   404    302       404    404    404    404     404       404
POST words:rest              404      404  404   404     404   404    302       404    404    404    404     404       404
GET  words:take_over         404      404  404   404     404   200    404       404    404    404    404     404       404
POST words:take_over         404      404  404   404     404   302    404       404    404    404    404     404       404
POST words:cover             404      404  404   404     404   404    302       404    404    404    404     404       404
GET  words:picture           404      404  404   404     404   200    200       200    200    200    404     404       404
GET  words:voice             404      404  404   404     404   200    200       200    200    200    404     404       404
GET  words:voice_aac         404      404  404   404     404   200    200       200    200    200    404     404       404

GET  archive:bring           404      404  404   404     404   404    404       404    200    200    404     404       404
POST archive:bring           404      404  404   404     404   404    404       404    422    422    404     404       404
GET  archive:choose          404      404  404   404     404   404    404       404    200    404    404     404       404
POST archive:choose          404      404  404   404     404   404    404       404    302    404    404     404       404
GET  archive:parcel          404      404  404   404     404   404    404       404    200    404    404     404       404
POST archive:parcel          404      404  404   404     404   404    404       404    302    404    404     404       404
GET  archive:bring_words     404      404  404   404     404   404    200       404    200    200    404     404       404
POST archive:bring_words     404      404  404   404     404   404    422       404    422    422    404     404       404
GET  archive:bundle          404      404  404   404     404   404    404       404    200    404    404     404       404
POST archive:bundle          404      404  404   404     404   404    404       404    302    404    404     404       404
GET  words:card              404      404  404   404     404   404    200       404    200    200    404     404       404
POST words:card              404      404  404   404     404   404    302       404    302    302    404     404       404
"""
METHODS = ("GET", "POST")

# The same for what keepers closed and friends may know of, before anybody looked. 302: it leads to the cover.
COVERED = """
                             stranger link ended expired asked friend companion family keeper second removed elsewhere host
GET  story:moment            404      404  404   404     404   200    200       200    200    200    404     404       404
GET  story:change            404      404  404   404     404   404    404       404    302    302    404     404       404
GET  story:photographs       404      404  404   404     404   404    404       404    302    302    404     404       404
GET  story:version           404      404  404   404     404   404    404       404    302    302    404     404       404
GET  story:versions          404      404  404   404     404   404    404       404    302    302    404     404       404
GET  keepsakes:album         404      404  404   404     404   200    200       200    200    200    404     404       404
GET  keepsakes:avif          404      404  404   404     404   404    404       404    404    404    404     404       404
GET  keepsakes:change_album  404      404  404   404     404   404    404       404    302    302    404     404       404
GET  keepsakes:one_of_album  404      404  404   404     404   302    302       302    302    302    404     404       404
GET  keepsakes:change        404      404  404   404     404   404    404       404    302    302    404     404       404
GET  keepsakes:at_home       404      404  404   404     404   200    200       200    200    200    404     404       404
GET  keepsakes:change_at_home 404      404  404   404     404   404    404       404    302    302    404     404       404
GET  keepsakes:change_document 404      404  404   404     404   404    404       404    302    302    404     404       404
GET  keepsakes:document      404      404  404   404     404   200    200       200    200    200    404     404       404
GET  keepsakes:moving        404      404  404   404     404   404    404       404    404    404    404     404       404
GET  keepsakes:moving_file   404      404  404   404     404   404    404       404    404    404    404     404       404
GET  keepsakes:original      404      404  404   404     404   404    404       404    404    404    404     404       404
GET  keepsakes:photograph    404      404  404   404     404   200    200       200    200    200    404     404       404
GET  keepsakes:rendition     404      404  404   404     404   404    404       404    404    404    404     404       404
GET  keepsakes:sheet         404      404  404   404     404   404    404       404    404    404    404     404       404
POST keepsakes:cover         404      404  404   404     404   404    404       404    404    404    404     404       404
"""


def table(said: str = MATRIX) -> dict[tuple[str, str], dict[str, int]]:
    lines = [line.split() for line in said.splitlines() if line.strip()]
    roles = lines.pop(0)
    assert tuple(roles) == ROLES
    return {(method, name): dict(zip(roles, map(int, cells), strict=True)) for method, name, *cells in lines}


def counts_visits(sql: str) -> bool:
    return "people_session" in sql or "config_bucket" in sql or sql.startswith('UPDATE "memorials_feed"')


@contextmanager
def writes() -> Iterator[list[str]]:
    """Collect every statement that changes a row, but for a session's own (a visit moves the end of its year), for
    the day on which a feed was last fetched, and for the buckets of the limits, which count how often links are
    opened."""
    found: list[str] = []

    def watch(execute, sql, params, many, context):
        words = sql.split(None, 3)
        if words[0].upper() in ("INSERT", "UPDATE", "DELETE", "REPLACE") and not counts_visits(sql):
            found.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield found


@pytest.mark.parametrize("part", sorted({name.partition(":")[0] for _method, name in table()}))
def test_every_cell_of_the_table_holds(part, town):
    """Also: looking changes nothing, and neither does what is refused."""
    wrong, changed = [], []
    by_name = {address.name: address for address in addresses.every_address()}
    for (method, name), cells in table().items():
        if name.partition(":")[0] != part or name not in by_name:
            continue
        path = addresses.path(by_name[name], town)
        said = body(name, town) if method == "POST" else None
        for role, status in cells.items():
            with writes() as written:
                answer = town.ask(role, method, path, said)
            if answer.status_code != status:
                wrong.append(f"{method} {name} as {role}: {answer.status_code}, not {status}")
            if written and (method == "GET" or answer.status_code == 404):
                changed.append(f"{method} {name} as {role}: {written[0]}")

    assert wrong == []
    assert changed == []


def test_every_cell_of_the_table_of_what_is_covered_holds(town):
    by_name = {address.name: address for address in addresses.every_address()}
    paths = {name: addresses.path(by_name[name], town) for _method, name in table(COVERED)}
    for kind in (Moment, Photograph, Document, KeptAtHome, Album):
        kind._default_manager.filter(memorial=town.memorial).update(is_closed=True)

    wrong = [
        f"{method} {name} as {role}: {status}, not {cells[role]}"
        for (method, name), cells in table(COVERED).items()
        for role in ROLES
        if (status := town.ask(role, method, paths[name], body(name, town)).status_code) != cells[role]
    ]
    assert wrong == []


def test_every_address_has_a_row_and_every_row_an_address():
    rows = {name for _method, name in table()}

    assert rows == {address.name for address in addresses.every_address()}


def test_every_view_says_what_it_needs_and_who_sees_it_alike():
    silent = [
        f"{address.name} says nothing of {mark}"
        for address in addresses.every_address()
        for mark in ("needs", "kind")
        if not hasattr(address.view, mark)
    ]

    assert silent == []


def test_what_stands_inside_a_memorial_needs_an_act_there():
    """An address with a memorial in it is opened by how somebody stands before it, never just by being signed in."""
    weak = [
        address.name
        for address in addresses.every_address()
        if ("slug" in address.takes) != isinstance(getattr(address.view, "needs", None), Act)
    ]

    assert weak == []


def test_a_method_without_a_row_is_answered_by_nobody(town):
    """With 405 to whoever stands close enough, with a calm page and the methods there are."""
    wrong = []
    rows = table()
    for address in addresses.every_address():
        path = addresses.path(address, town)
        for method in ("GET", "POST", "PUT"):
            if (method, address.name) in rows:
                continue
            for role in ("stranger", "keeper", "host"):
                answer = town.ask(role, method, path)
                asked_in = answer.status_code == 302 and answer["Location"].startswith(reverse("people:come_in"))
                if not (answer.status_code in (404, 405) or asked_in):
                    wrong.append(f"{method} {address.name} as {role}: {answer.status_code}")
                if answer.status_code == 405 and (not answer["Allow"] or b"<h1" not in answer.content):
                    wrong.append(f"{method} {address.name} as {role}: a bare 405")
        if ("DELETE", address.name) in rows:
            continue
        answers = [town.ask(role, "DELETE", path).status_code for role in ("keeper", "host")]
        if 405 not in answers:
            wrong.append(f"DELETE {address.name}: {answers}")

    assert wrong == []


@pytest.mark.parametrize(
    "role", ["stranger", "ended", "expired", "asked", "removed", "elsewhere", "host", "link", "friend"]
)
def test_what_one_may_not_see_answers_like_what_is_not_there(role, town):
    """Byte for byte, head and body: nobody learns by asking whether there is something."""
    closed = town.find("canary-moment-keepers").row
    nowhere = "00000000-0000-4000-8000-000000000000"
    slug, no_slug = town.memorial.slug, "zzzzzzzzzzzzzz"
    pairs = [
        (f"/m/{slug}/story/{closed.pk}/", f"/m/{slug}/story/{nowhere}/"),
        (f"/m/{slug}/story/{closed.pk}/", f"/m/{no_slug}/story/{nowhere}/"),
        (f"/m/{slug}/people/", f"/m/{no_slug}/people/"),
        (f"/m/{slug}/people/", "/nothing/of/the/kind/"),
        (f"/m/{slug}/kept/{closed.pk}/who-will-see-this/", f"/m/{slug}/kept/{nowhere}/who-will-see-this/"),
        (f"/m/{slug}/originals/{town.args['sha256']}/", f"/m/{slug}/originals/{'f' * 64}/"),
    ]
    if role != "host":
        pairs.append(("/house/", "/hause/"))

    for there, not_there in pairs:
        one, other = (town.ask(role, "GET", path) for path in (there, not_there))
        assert (one.status_code, one.content, sorted(one.headers.items())) == (
            other.status_code,
            other.content,
            sorted(other.headers.items()),
        )
        assert one.status_code == 404


def test_what_another_memorial_keeps_is_not_found_by_its_key_in_one_s_own(town):
    """Noor looks after a page of her own, and knows the keys of this one."""
    found = []
    for address in addresses.every_address():
        if "slug" not in address.takes or address.takes == ("slug",):
            continue
        own = addresses.path(address, town).replace(town.memorial.slug, town.other.slug)
        found += [
            f"{method} {address.name}: {answer.status_code}"
            for method in METHODS
            if (answer := town.ask("elsewhere", method, own, body(address.name, town))).status_code not in (404, 405)
        ]

    # A page of what came together shows only one's own; without any it leads to the room.
    assert [line for line in found if "keepsakes:added: 302" not in line] == []


# What closed since: who asks, whom it should still be open to.
CLOSED_SINCE = ("friend", "companion", "family", "link")


def reading_paths(town: Town, canary: str) -> list[str]:
    thing = town.find(canary)
    slug = town.memorial.slug
    if "moment" in canary:
        return [f"/m/{slug}/story/{thing.row.pk}/"]
    return [f"/m/{slug}/photographs/{thing.row.pk}/", f"/m/{slug}/photographs/{thing.row.pk}/480.jpg"]


@pytest.mark.parametrize("kind", ["moment", "photograph"])
@pytest.mark.parametrize("change", ["narrowed", "put away", "page closed"])
def test_what_is_closed_is_closed_at_the_next_request_to_everyone_it_was_open_to(kind, change, town):
    canary = f"canary-{kind}-link"
    paths = reading_paths(town, canary)
    rooms = [f"/m/{town.memorial.slug}/story/", f"/m/{town.memorial.slug}/photographs/"]
    before = {(role, path): town.ask(role, "GET", path).status_code for role in CLOSED_SINCE for path in paths}
    assert set(before.values()) == {200}

    keeper, row = town.stands("mara"), town.find(canary).row
    if change == "narrowed":
        keepings.open_to([row], Circle.KEEPERS, by=keeper)
    elif change == "put away":
        keepings.put_away(row, by=keeper)
    else:
        Memorial.objects.filter(pk=town.memorial.pk).update(audience=Circle.KEEPERS)

    for role in CLOSED_SINCE:
        assert [town.ask(role, "GET", path).status_code for path in paths] == [404] * len(paths)
        for room in rooms:
            answer = town.ask(role, "GET", room)
            assert canary not in answer.content.decode()
            assert str(row.pk) not in answer.content.decode()


@pytest.mark.parametrize("change", ["removed", "link ended"])
def test_whoever_is_shut_out_is_a_stranger_at_the_next_request(change, town):
    role = "friend" if change == "removed" else "link"
    open_to_them = [
        path
        for address in addresses.every_address()
        if "slug" in address.takes
        and town.ask(role, "GET", path := addresses.path(address, town)).status_code in (200, 302)
    ]
    assert len(open_to_them) >= 4

    keeper = town.stands("mara")
    if change == "removed":
        inviting.remove(Membership.objects.get(memorial=town.memorial, person=town.people["sam"]), by=keeper)
    else:
        inviting.end_link(town.args["link"], by=keeper)

    assert {town.ask(role, "GET", path).status_code for path in open_to_them} == {404}


def test_an_invitation_taken_back_opens_nothing_and_says_no_name(town):
    path = reverse("memorials:invitation", args=[town.args["asked_token"]])
    assert b"Mara Canaryname" in town.ask("stranger", "GET", path).content

    inviting.take_back(town.args["invitation"], by=town.stands("mara"))

    for method in METHODS:
        answer = town.ask("stranger", method, path, {"name": "Lena"})
        assert (answer.status_code, b"anary" in answer.content) == (410, False)


def test_a_moved_member_stands_where_they_were_moved_to_at_the_next_request(town):
    path = f"/m/{town.memorial.slug}/story/{town.find('canary-moment-family').row.pk}/"
    assert town.ask("friend", "GET", path).status_code == 404
    sam = Membership.objects.get(memorial=town.memorial, person=town.people["sam"])

    inviting.change(sam, Circle.FAMILY, trusted=False, by=town.stands("mara"))
    assert town.ask("friend", "GET", path).status_code == 200

    inviting.change(sam, Circle.FRIENDS, trusted=False, by=town.stands("mara"))
    assert town.ask("friend", "GET", path).status_code == 404
